using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace ImageSearch.Client.Http;

/// <summary>One call, in a form that can be sent more than once.</summary>
/// <param name="Path">Below <c>api/v1/</c>, escaped, with its query.</param>
internal sealed record ApiCall(HttpMethod Method, string Path)
{
    public string Accept { get; init; } = "application/json";

    /// <summary>Makes the body; it is given what to call when bytes have been sent.</summary>
    public Func<Action, HttpContent>? Content { get; init; }

    /// <summary>Whether the body is large enough to ask first whether it is wanted.</summary>
    public bool Large { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Whether carrying the call out twice is the same as once: it is then sent again when the connection broke.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Whether an answer with an error's status is nevertheless what was asked for.</summary>
    public Func<HttpResponseMessage, bool>? IsAnswer { get; init; }

    public static ApiCall Get(string path) => new(HttpMethod.Get, path) { Repeatable = true };

    public static ApiCall Delete(string path) => new(HttpMethod.Delete, path) { Repeatable = true };

    public static ApiCall Post(string path) => new(HttpMethod.Post, path);

    public static ApiCall Post<T>(string path, T body, JsonTypeInfo<T> type) =>
        new(HttpMethod.Post, path) { Content = _ => JsonContent.Create(body, type) };
}
