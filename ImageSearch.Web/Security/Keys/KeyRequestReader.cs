using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Images;

namespace ImageSearch.Web.Security.Keys;

/// <summary>Reads what key is asked for.</summary>
internal static class KeyRequestReader
{
    private const int MaximumNameLength = 100;

    /// <exception cref="ProblemException">It is no request for a key.</exception>
    public static async Task<(string Name, ApiScope Scope)> ReadAsync(HttpContext context, CancellationToken cancellationToken) =>
        Check(await BulkRequests.ReadAsync<KeyRequest>(context, cancellationToken));

    private static (string Name, ApiScope Scope) Check(KeyRequest request)
    {
        var errors = new Dictionary<string, string[]>();
        var name = request.Name?.Trim() ?? "";
        if (name.Length is 0 or > MaximumNameLength || name.Any(char.IsControl) || HasHalves(name))
        {
            errors["name"] = [$"name must be a text of 1 to {MaximumNameLength} characters without control characters."];
        }

        ApiScope? scope = request.Scope switch { "read" => ApiScope.Read, "write" => ApiScope.Write, "admin" => ApiScope.Admin, _ => null };
        if (scope is null)
        {
            errors["scope"] = ["scope must be read, write or admin."];
        }

        return errors.Count == 0 ? (name, scope!.Value) : throw Problem.InvalidParameters(errors);
    }

    // Half of a surrogate pair, which JSON can escape, is no character, and no database keeps it.
    private static bool HasHalves(string text) => text.EnumerateRunes().Any(rune => rune == System.Text.Rune.ReplacementChar);
}
