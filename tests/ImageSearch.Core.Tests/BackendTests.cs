using ImageSearch.Core.Blobs;
using ImageSearch.Core.Embedded;
using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Imports;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Security;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests;

public sealed class BackendTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Add_Embedded_EverySeamWorksAndIsReady()
    {
        using var host = Build(("Data:Directory", _directory.Combine("new", "data")), ("Backend", "embedded"));
        await host.StartAsync(Token);

        await host.Services.GetRequiredService<IImageStore>().AddAsync(Samples.Image(1), Token);
        await host.Services.GetRequiredService<IWorkQueue>().PublishAsync(["m"], [new WorkItem(Samples.Id(1))], Token);
        await host.Services.GetRequiredService<IBlobStore>().PutAsync("a", new byte[1], Token);
        Assert.Null(await host.Services.GetRequiredService<IImportStore>().FindAsync("a", Token));
        Assert.Empty(await host.Services.GetRequiredService<IApiKeyStore>().ListAsync(Token));

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task HealthCheck_DatabaseIsGone_IsUnhealthy()
    {
        using var host = Build(("Data:Directory", _directory.Path));
        await host.StartAsync(Token);

        Directory.Delete(_directory.Path, recursive: true);

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);
        await host.StopAsync(Token);
    }

    [Fact]
    public void Add_UnknownBackend_SaysSo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Build(("Backend", "floppy"), ("Data:Directory", _directory.Path)));

        Assert.Contains("floppy", error.Message);
    }

    [Theory]
    [InlineData("Data:Directory", "", "Data:Directory is not set")]
    [InlineData("Data:Directory", "data/here", "relative path")]
    [InlineData("Queue:Lease", "00:00:00", "Lease")]
    [InlineData("Queue:RetryDelay", "00:00:00", "RetryDelay")]
    [InlineData("Queue:MaximumRetryDelay", "00:00:00.500", "shorter")]
    [InlineData("Limits:MaximumBytes", "0", "MaximumBytes")]
    [InlineData("Limits:MaximumPixels", "0", "MaximumPixels")]
    [InlineData("Limits:MaximumFiles", "0", "MaximumFiles")]
    public async Task Start_BadValue_FailsWithASentence(string key, string value, string expected)
    {
        using var host = Build(("Data:Directory", _directory.Path), (key, value));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public async Task Start_NewerSchema_FailsWithoutTouchingIt()
    {
        using (var database = new SqliteDatabase(Options.Create(new DataOptions { Directory = _directory.Path })))
        {
            await database.WriteAsync(_ => { }, Token);
        }

        SetVersion(SqliteSchema.Version + 1);
        using var host = Build(("Data:Directory", _directory.Path));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Token));

        Assert.Contains("newer program", error.Message);
    }

    [Fact]
    public void Seams_EveryImplementation_HasItsSuite()
    {
        (Type Seam, Type Suite)[] seams =
        [
            (typeof(IImageStore), typeof(ImageStoreTests)), (typeof(IWorkQueue), typeof(WorkQueueTests)),
            (typeof(IBlobStore), typeof(BlobStoreTests)), (typeof(IImportStore), typeof(ImportStoreTests)),
            (typeof(IIdempotencyStore), typeof(IdempotencyStoreTests)),
            (typeof(IApiKeyStore), typeof(ApiKeyStoreTests)),
        ];
        foreach (var (seam, suite) in seams)
        {
            var implementations = typeof(BackendExtensions).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(seam)).ToList();
            Assert.NotEmpty(implementations);
            foreach (var implementation in implementations)
            {
                var tests = typeof(BackendTests).Assembly.GetTypes().FirstOrDefault(type => type.Name == $"{implementation.Name}Tests" && type.IsSubclassOf(suite));
                Assert.True(tests is not null, $"{implementation.Name} implements {seam.Name}: derive {implementation.Name}Tests from {suite.Name}.");
            }
        }
    }

    private static IHost Build(params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(configuration.GroupBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => (string?)pair.Last().Value));
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.AddImageSearchBackend();
        return builder.Build();
    }

    private static Task<HealthReport> CheckAsync(IHost host) => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);

    private void SetVersion(int version)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.Combine(SqliteDatabase.FileName)};Pooling=false");
        connection.Open();
        connection.Execute($"PRAGMA user_version = {version}");
    }
}
