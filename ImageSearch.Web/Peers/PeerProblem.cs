using System.Globalization;
using System.Text.Json;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Peers.Rpc;
using Microsoft.AspNetCore.Mvc;

namespace ImageSearch.Web.Peers;

/// <summary>Passes on what another service says is wrong with the client's request.</summary>
internal static class PeerProblem
{
    // What is about the picture or the address. Others (404, 429, ...) are about the service and are no fault of the client.
    private static readonly int[] Statuses =
    [
        StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
        StatusCodes.Status422UnprocessableEntity, StatusCodes.Status502BadGateway,
    ];

    /// <exception cref="ProblemException">The answer is a refusal with problem details of ours.</exception>
    public static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (!Statuses.Contains(status) || response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return;
        }

        try
        {
            ThrowIfRefused(status, await response.Content.ReadFromJsonAsync<ProblemDetails>(cancellationToken));
        }
        catch (JsonException)
        {
            // Not ours after all: the caller goes by the status.
        }
    }

    /// <exception cref="ProblemException">It is a refusal, with problem details of ours.</exception>
    public static void ThrowIfRefused(int status, ProblemDetails? problem)
    {
        if (Statuses.Contains(status) && problem?.Type?.StartsWith(Problems.TypePrefix, StringComparison.Ordinal) == true
            && problem.Detail is { } detail)
        {
            throw new ProblemException(status, problem.Type[Problems.TypePrefix.Length..], detail);
        }
    }
}

/// <summary>Says in a few words what went wrong with a call to another service, without addresses or internals.</summary>
internal static class PeerFailure
{
    public static string Describe(Exception failure, TimeSpan deadline) => failure switch
    {
        OperationCanceledException or TimeoutException =>
            string.Create(CultureInfo.InvariantCulture, $"did not answer within {deadline.TotalSeconds:0.###} s"),
        RpcException rpc => rpc.Reason,
        HttpRequestException { StatusCode: { } status } => $"answered with status {(int)status}",
        HttpRequestException { InnerException: TimeoutException } => "did not answer in time",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
            "cannot be reached",
        JsonException or InvalidDataException => "gave an answer that cannot be read",
        _ => "is not available",
    };
}
