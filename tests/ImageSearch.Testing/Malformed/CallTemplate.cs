namespace ImageSearch.Testing.Malformed;

/// <summary>A call that a service takes.</summary>
/// <param name="Path">Its route, such as <c>/api/v1/images/{id}</c>.</param>
public sealed record CallTemplate(string Method, string Path);
