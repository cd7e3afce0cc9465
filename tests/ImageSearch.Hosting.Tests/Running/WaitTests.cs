using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace ImageSearch.Hosting.Tests.Running;

public sealed class WaitTests
{
    [Fact]
    public async Task WaitFor_DependencyNotHealthy_StartsOnlyWhenItIs()
    {
        await using var app = await SampleApp.StartAsync(
            builder =>
            {
                var slow = builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("slow", launchProfileName: null)
                    .WithHttpEndpoint().WithHttpHealthCheck("/health").WithEnvironment("SAMPLE_READY", "later");
                builder.AddExecutable("after", "sleep", "/", "60").WaitFor(slow);
            },
            wait: false);
        await app.WaitForStateAsync("after", KnownResourceStates.Waiting);
        await app.WaitForAsync("slow", s => s.HealthReports is [{ Description: { } text }] && text.Contains("503", StringComparison.Ordinal));
        Assert.False(app.Replica("after").StartedOnce.IsCompleted);

        using var client = app.App.CreateHttpClient("slow");
        using var response = await client.PostAsync(new Uri("/ready", UriKind.Relative), null);

        var after = await app.WaitForStateAsync("after", KnownResourceStates.Running);
        var slowAt = (await app.WaitUntilHealthyAsync("slow")).Snapshot.StartTimeStamp;
        Assert.True(after.Snapshot.StartTimeStamp > slowAt);
    }

    [Theory]
    [InlineData("exit 0", 0, "Running")]
    [InlineData("exit 3", 3, "Running")]
    [InlineData("exit 3", 0, "FailedToStart")]
    public async Task WaitForCompletion_JobEnds_DependsOnItsExitCode(string script, int expected, string state)
    {
        await using var app = await SampleApp.StartAsync(builder =>
        {
            var job = builder.AddExecutable("job", "sh", "/", "-c", script);
            builder.AddExecutable("after", "sleep", "/", "60").WaitForCompletion(job, expected);
        });

        await app.WaitForStateAsync("after", state);
        await app.WaitForStateAsync("job", KnownResourceStates.Finished);
    }

    [Fact]
    public async Task WaitFor_DependencyCannotStart_Fails()
    {
        await using var app = await SampleApp.StartAsync(builder =>
        {
            var missing = builder.AddExecutable("missing", "no-such-command-here", "/");
            builder.AddExecutable("after", "sleep", "/", "60").WaitFor(missing);
        });

        await app.WaitForStateAsync("missing", KnownResourceStates.FailedToStart);
        await app.WaitForStateAsync("after", KnownResourceStates.FailedToStart);
        await SampleApp.WaitForLineAsync(app.Replica("missing"), "no-such-command-here");
        await SampleApp.WaitForLineAsync(app.Replica("after"), "'missing', for which it waits, failed to start");
    }
}
