namespace ImageSearch.Client.Keys;

/// <summary>The API keys.</summary>
public sealed record ApiKeyList(IReadOnlyList<ApiKey> Keys);
