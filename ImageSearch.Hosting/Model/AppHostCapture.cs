using System.Reflection;

namespace Aspire.Hosting;

/// <summary>Takes the builder out of an AppHost's entry point that a test runs in its own process.</summary>
internal sealed class AppHostCapture(Assembly appHostAssembly)
{
    private static readonly AsyncLocal<AppHostCapture?> CurrentCapture = new();
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static AppHostCapture? Current
    {
        get => CurrentCapture.Value;
        set => CurrentCapture.Value = value;
    }

    public Assembly AppHostAssembly { get; } = appHostAssembly;

    public Task<DistributedApplicationBuilder> Builder => _builder.Task;

    /// <summary>True the first time; the second Build is the test's own.</summary>
    public bool TryCapture(DistributedApplicationBuilder builder) => _builder.TrySetResult(builder);

    public void Fail(Exception exception) => _builder.TrySetException(exception);
}
