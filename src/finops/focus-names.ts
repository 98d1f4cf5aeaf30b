/** Who sells the API behind a charge, who made the model, and what the API is called. */
export interface ServiceNames {
  seller: string;
  publisher: string;
  service: string;
}

/** Stands where the source does not tell the provider. */
export const GATEWAY: ServiceNames = { seller: "Alephant", publisher: "Alephant", service: "Alephant LLM Gateway" };

/** By provider code, letters and digits only: who sells it and under which name. */
const SELLERS: Readonly<Record<string, readonly [seller: string, service: string]>> = {
  openai: ["OpenAI", "OpenAI API"],
  anthropic: ["Anthropic", "Claude API"],
  google: ["Google", "Gemini API"],
  gemini: ["Google", "Gemini API"],
  vertex: ["Google", "Vertex AI"],
  vertexai: ["Google", "Vertex AI"],
  azure: ["Microsoft", "Azure OpenAI"],
  azureopenai: ["Microsoft", "Azure OpenAI"],
  bedrock: ["Amazon Web Services", "Amazon Bedrock"],
  awsbedrock: ["Amazon Web Services", "Amazon Bedrock"],
  amazonbedrock: ["Amazon Web Services", "Amazon Bedrock"],
  mistral: ["Mistral AI", "Mistral API"],
  mistralai: ["Mistral AI", "Mistral API"],
  cohere: ["Cohere", "Cohere API"],
  deepseek: ["DeepSeek", "DeepSeek API"],
  groq: ["Groq", "Groq API"],
  xai: ["xAI", "xAI API"],
  openrouter: ["OpenRouter", "OpenRouter API"],
  togetherai: ["Together AI", "Together AI API"],
  fireworksai: ["Fireworks AI", "Fireworks AI API"],
  perplexity: ["Perplexity", "Perplexity API"],
};

/** By the name of a model, which hosts often put behind a prefix such as `anthropic.` or `meta-llama/`. */
const MAKERS: readonly (readonly [RegExp, string])[] = [
  [/\b(gpt|chatgpt|o[1-9]|text-embedding|dall-e|whisper|davinci)\b/i, "OpenAI"],
  [/\bclaude\b/i, "Anthropic"],
  [/\b(gemini|gemma|palm|imagen)\b/i, "Google"],
  [/\b((mi|mix|code|devs|magis|pix)tral)\b/i, "Mistral AI"],
  [/\b(code)?llama/i, "Meta"],
  [/\bdeepseek\b/i, "DeepSeek"],
  [/\bgrok\b/i, "xAI"],
  [/\b(command|c4ai|cohere)\b/i, "Cohere"],
  [/\bqwen/i, "Alibaba Cloud"],
  [/\b(nova|titan)\b/i, "Amazon Web Services"],
];

/** @param provider the service's own code, such as `openai`; an unknown one stands for itself */
export function namesOf(provider: string | null, model: string | null): ServiceNames {
  if (provider === null) return GATEWAY;
  const code = provider.toLowerCase().replace(/[^a-z0-9]/g, "");
  const known = Object.hasOwn(SELLERS, code) ? SELLERS[code] : undefined;
  const [seller, service] = known ?? [provider, `${provider} API`];
  const maker = model === null ? undefined : MAKERS.find(([pattern]) => pattern.test(model.replaceAll("_", "-")));
  return { seller, publisher: maker?.[1] ?? seller, service };
}
