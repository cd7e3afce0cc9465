namespace ImageSearch.Client.Http;

/// <summary>Checks what is put into addresses: two dots, for example, would lead to another one.</summary>
internal static class ApiId
{
    public static string Opaque(string id) => id is { Length: > 0 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? id
        : throw new ArgumentException($"An id consists of letters, digits, '-' and '_', and '{id}' does not.", nameof(id));
}
