using System.Collections.Concurrent;
using ImageSearch.Core.Models;

namespace ImageSearch.Web.Peers.Rpc;

/// <summary>Says once when a model's queries begin to go around the broker, and once when they no longer do.</summary>
internal sealed class HttpFallback(ILogger<HttpFallback> logger)
{
    // One entry per declared model at most.
    private readonly ConcurrentDictionary<string, RpcFailure> _models = new();

    public void Take(ModelRoute model, RpcException reason)
    {
        // A picture that is too large says nothing about the broker.
        if (reason.Failure != RpcFailure.TooLarge && _models.TryAdd(model.Name, reason.Failure))
        {
            Log.DetourTaken(logger, model.Name, reason.Failure);
        }
    }

    public void End(ModelRoute model)
    {
        if (!_models.IsEmpty && _models.TryRemove(model.Name, out _))
        {
            Log.DetourEnded(logger, model.Name);
        }
    }
}
