namespace ImageSearch.Client;

/// <summary>Where the system is and how patient the client is.</summary>
public sealed record ImageSearchClientOptions
{
    /// <summary>
    /// Address of the web service. A path is kept: <c>https://example.org/pictures</c> calls <c>https://example.org/pictures/api/v1/…</c>.
    /// </summary>
    public Uri Server { get; init; } = new("http://localhost:8080");

    /// <summary>Sent as <c>X-Api-Key</c>; null: none. Never part of a message or an exception.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// Sent as <c>X-Client-Id</c> with every call: searches without a model are then answered by the same model each time. Null: not sent.
    /// </summary>
    public string? ClientId { get; init; }

    /// <summary>
    /// How long nothing may move, neither bytes sent nor an answer begun. Default 100 s. For events it is the silence that ends a
    /// connection.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// How often a call is made again when the server is busy (429, 503) or, where it does no harm, the connection fails. Default 3.
    /// </summary>
    public int MaximumRetries { get; init; } = 3;

    /// <summary>
    /// The longest wait before a repetition. A server that asks for more (<c>Retry-After</c>) is not waited for: the call fails and says
    /// so. Default 30 s.
    /// </summary>
    public TimeSpan MaximumRetryWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whose time passes between repetitions.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal Uri Root
    {
        get
        {
            if (!Server.IsAbsoluteUri || (Server.Scheme != Uri.UriSchemeHttp && Server.Scheme != Uri.UriSchemeHttps))
            {
                throw new ArgumentException($"The server must be a whole http or https address, and '{Server}' is not.");
            }

            var path = Server.GetLeftPart(UriPartial.Path);
            return new Uri(path.EndsWith('/') ? path : path + "/");
        }
    }
}
