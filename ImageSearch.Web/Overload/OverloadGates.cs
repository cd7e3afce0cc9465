using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Overload;

/// <summary>The two gates: searches hold up no uploads, uploads no searches.</summary>
internal sealed class OverloadGates : IDisposable
{
    public OverloadGates(IOptions<OverloadOptions> options, OverloadTelemetry telemetry, TimeProvider time)
    {
        var value = options.Value;
        Searches = new ConcurrencyGate("searches", value.Searches, value.WaitingSearches, value, telemetry, time);
        Uploads = new ConcurrencyGate("uploads", value.Uploads, value.WaitingUploads, value, telemetry, time);
        SearchBytes = new ByteBudget(value.SearchBytes);
        telemetry.Watch("searches", Searches);
        telemetry.Watch("uploads", Uploads);
    }

    public ConcurrencyGate Searches { get; }

    public ConcurrencyGate Uploads { get; }

    public ByteBudget SearchBytes { get; }

    public void Dispose()
    {
        Searches.Dispose();
        Uploads.Dispose();
    }
}
