using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.FileSystem;

/// <summary>The disk of the data directory: <c>imagesearch.storage.free</c> and <c>imagesearch.storage.size</c>.</summary>
internal sealed class StorageTelemetry(IOptions<DataOptions> options, IMeterFactory meters) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create("ImageSearch.Storage");
        meter.CreateObservableGauge(
            "imagesearch.storage.free", () => Measure(disk => disk.AvailableFreeSpace), "By", "Room on the disk of the data directory.");
        meter.CreateObservableGauge(
            "imagesearch.storage.size", () => Measure(disk => disk.TotalSize), "By", "Size of the disk of the data directory.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Measurement<long>[] Measure(Func<DriveInfo, long> bytes)
    {
        try
        {
            return [new(bytes(new DriveInfo(options.Value.Directory)))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return []; // not known
        }
    }
}
