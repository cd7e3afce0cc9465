using ImageSearch.Core;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.Tests;

public sealed class IngestOptionsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("UploadConcurrency", "0")]
    [InlineData("MaximumBuffers", "0")]
    [InlineData("BufferWait", "00:00:00")]
    [InlineData("FetchTimeout", "00:00:00")]
    [InlineData("MaximumRedirects", "-1")]
    [InlineData("FolderRoots:0", "relative/path")]
    [InlineData("FolderRoots:0", "/does/not/exist")]
    [InlineData("MaximumUrls", "0")]
    [InlineData("ImportWorkers", "0")]
    [InlineData("ImportConcurrency", "100")]
    [InlineData("ImportSaveEvery", "0")]
    [InlineData("ImportSaveInterval", "00:00:00")]
    [InlineData("ImportLease", "00:00:01")] // less than two saves
    [InlineData("ImportPollInterval", "00:00:00")]
    [InlineData("BackfillInterval", "00:00:00")]
    [InlineData("BackfillMinimumAge", "-00:00:01")]
    [InlineData("BackfillPage", "0")]
    [InlineData("BackfillQueueLimit", "0")]
    public async Task Start_BadOption_FailsAndNamesIt(string option, string value)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(($"Ingest:{option}", value)));
        Assert.Contains(option.Split(':')[0], Assert.Single(failure.Failures));
    }

    [Fact]
    public async Task Start_SeveralBadOptions_ReportsAllAtOnce()
    {
        var failure = await Assert.ThrowsAsync<AggregateException>(() => StartAsync(
            ("Ingest:MaximumUrls", "0"), ("Ingest:FolderRoots:0", "x"), ("Ingest:FolderRoots:1", "y"), ("Ingest:BackfillPage", "0"),
            ("Limits:MaximumFiles", "0"), ("Models:0:Name", "Not A Name")));

        var failures = failure.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures).ToList();
        Assert.All(
            (string[])["MaximumUrls", "FolderRoots:0", "FolderRoots:1", "BackfillPage", "MaximumFiles", "Models:0"],
            option => Assert.Contains(failures, text => text.Contains(option, StringComparison.Ordinal)));
    }

    private async Task StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(IngestHost.DefaultSettings(_directory.Path)!);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddImageSearchBackend();
        builder.AddIngest();
        await using var app = builder.Build();
        await app.StartAsync();
    }
}
