using System.Globalization;
using System.Text;
using System.Text.Json;
using ImageSearch.Core.Rpc;
using ImageSearch.ServiceDefaults.Errors;
using RabbitMQ.Client;

namespace ImageSearch.Extractor.Rpc;

/// <summary>A query as it came over RabbitMQ.</summary>
/// <param name="Content">The picture; the client library's memory, its own until the delivery is handled.</param>
/// <param name="Timeout">How long the caller waits; null when it does not say so in a way that can be read.</param>
internal sealed record EmbedRequest(ReadOnlyMemory<byte> Content, string? Crop, TimeSpan? Timeout, string? TraceParent)
{
    public static EmbedRequest Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var timeout = Number(properties, EmbedRpc.TimeoutHeader);
        return new EmbedRequest(
            body,
            Text(properties, EmbedRpc.CropHeader),
            timeout > 0 && timeout <= EmbedRpc.LongestTimeout.TotalMilliseconds ? TimeSpan.FromMilliseconds(timeout.Value) : null,
            Text(properties, EmbedRpc.TraceParentHeader));
    }

    // Strings arrive as bytes, numbers in the width that the sender chose.
    private static string? Text(IReadOnlyBasicProperties properties, string header) => Value(properties, header) switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        string text => text,
        _ => null,
    };

    private static long? Number(IReadOnlyBasicProperties properties, string header) => Value(properties, header) switch
    {
        long number => number,
        int number => number,
        byte[] text when long.TryParse(Encoding.UTF8.GetString(text), NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
            number,
        _ => null,
    };

    private static object? Value(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers?.TryGetValue(header, out var value) == true ? value : null;
}

/// <summary>What a query over RabbitMQ is answered: the body that <c>POST /embed</c> would have.</summary>
internal sealed record RpcReply(ReadOnlyMemory<byte> Body, string ContentType)
{
    public static RpcReply Of(EmbedResponse response) =>
        new(JsonSerializer.SerializeToUtf8Bytes(response, JsonSerializerOptions.Web), EmbedRpc.ResponseType);

    public static RpcReply Of(ProblemException problem) => new(
        JsonSerializer.SerializeToUtf8Bytes(Problems.Create(problem.Status, problem.Slug, problem.Message).ProblemDetails, JsonSerializerOptions.Web), EmbedRpc.ProblemType);
}
