namespace ImageSearch.Web.Components.Board;

/// <summary>Something that an operator should look at.</summary>
/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
/// <param name="Link">Where to do something about it.</param>
public sealed record Attention(string Severity, string Text, string? Link = null, string? LinkText = null);
