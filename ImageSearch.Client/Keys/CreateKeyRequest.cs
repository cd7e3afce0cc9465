namespace ImageSearch.Client.Keys;

/// <summary>Body of the creation of a key.</summary>
internal sealed record CreateKeyRequest(string Name, KeyScope Scope);
