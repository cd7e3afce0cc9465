using System.Text.Json;
using ImageSearch.Core.Rpc;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Extractor.Rpc;

/// <summary>What a query over RabbitMQ is answered: the body that <c>POST /embed</c> would have.</summary>
internal sealed record RpcReply(ReadOnlyMemory<byte> Body, string ContentType)
{
    public static RpcReply Of(EmbedResponse response) => new(JsonSerializer.SerializeToUtf8Bytes(response, JsonSerializerOptions.Web), EmbedRpc.ResponseType);

    public static RpcReply Of(ProblemException problem) => new(
        JsonSerializer.SerializeToUtf8Bytes(Problems.Create(problem.Status, problem.Slug, problem.Message).ProblemDetails, JsonSerializerOptions.Web), EmbedRpc.ProblemType);
}
