using Aspire.Hosting;
using ImageSearch.Hosting.Running;
using ImageSearch.Hosting.Tests.AppHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageSearch.Hosting.Tests.Running.Servers;

public sealed class MissingServerTests
{
    [Fact]
    public async Task Start_WithoutRabbitMq_StartsNothingAndSaysWhatToInstall()
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(new() { ["PATH"] = "/nowhere" }, ["--backend", "servers"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("Nothing was started", error, StringComparison.Ordinal);
        Assert.Contains("apt-get install rabbitmq-server", error, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:rabbitmq", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DataDirectoryThatCannotBeWritten_SaysSo()
    {
        Assert.SkipWhen(ServerPrograms.Missing is not null, ServerPrograms.Missing ?? "");

        var (exitCode, error) = await AppHostProcess.RunAsync("--backend", "servers", "--data", "/proc/nowhere");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The password 'rabbitmq-password' cannot be kept in /proc/nowhere:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SeveralThingsMissing_NamesThemAll()
    {
        Assert.SkipWhen(Tool.Find("mongod") is not null, "This machine has MongoDB installed.");

        var e = await Assert.ThrowsAsync<DistributedApplicationException>(() => SampleApp.StartAsync(builder =>
        {
            // From here no node_modules is found.
            builder.Services.Replace(ServiceDescriptor.Singleton(new AppHostMetadata("/", "sample")));
            builder.AddMongoDB("mongo").AddDatabase("pictures");
            builder.AddContainer("cache", "redis", "8");
            builder.AddContainer("proxy", "nginx", "1");
        }));

        Assert.Contains("'mongo' needs mongod: install MongoDB", e.Message, StringComparison.Ordinal);
        Assert.Contains("npm ci", e.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:pictures", e.Message, StringComparison.Ordinal);
        Assert.Contains("not supported by this host: 'cache', 'proxy'", e.Message, StringComparison.Ordinal);
    }
}
