using System.Reflection;
using ImageSearch.Core;
using ImageSearch.Core.Store;

namespace ImageSearch.Web.Tests.Support;

/// <summary>The real store behind a switch: while it is away every call fails, as when its server is down. It can also stand for an extractor that fails pictures again at once.</summary>
public class StoreSwitch : DispatchProxy
{
    private IImageStore _store = null!;
    private WebSystem _system = null!;

    internal static IImageStore Around(IImageStore store, WebSystem system)
    {
        var proxy = Create<IImageStore, StoreSwitch>();
        ((StoreSwitch)proxy)._store = store;
        ((StoreSwitch)proxy)._system = system;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (_system.StoreIsAway)
        {
            throw new BackendUnavailableException("The store at db.example:27017 does not answer.");
        }

        var result = targetMethod!.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
        return result is Task<IReadOnlyList<FailedExtraction>> reset && _system.ResetFailuresFailAgain ? FailAgainAsync(reset) : result;
    }

    private async Task<IReadOnlyList<FailedExtraction>> FailAgainAsync(Task<IReadOnlyList<FailedExtraction>> resetting)
    {
        var reset = await resetting;
        await _store.PutFailuresAsync(WebSystem.Layout.Key, [.. reset.Select(failure => new ExtractionFailure(failure.Id, 1, "still broken"))], CancellationToken.None);
        return reset;
    }
}
