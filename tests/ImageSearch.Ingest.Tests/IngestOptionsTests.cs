using ImageSearch.Testing;
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
    public void Start_BadOption_FailsAndNamesIt(string option, string value)
    {
        var failure = Assert.ThrowsAny<Exception>(() => IngestHost.Start(_directory, ($"Ingest:{option}", value)));
        Assert.Contains(option.Split(':')[0], Assert.IsType<OptionsValidationException>(failure).Message);
    }

    [Fact]
    public void Start_SeveralBadOptions_ReportsAllAtOnce()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => IngestHost.Start(
            _directory, ("Ingest:MaximumUrls", "0"), ("Ingest:FolderRoots:0", "x"), ("Ingest:FolderRoots:1", "y"), ("Ingest:BackfillPage", "0")));
        Assert.Equal(4, failure.Failures.Count());
    }
}
