using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageSearch.AppHost;

/// <summary>Marks a resource whose process the <see cref="ProcessSupervisor"/> starts again when it ends unasked.</summary>
internal sealed class RestartAnnotation : IResourceAnnotation;

internal static class RestartExtensions
{
    public static IResourceBuilder<T> WithRestarts<T>(this IResourceBuilder<T> resource) where T : IResource =>
        resource.WithAnnotation(new RestartAnnotation());
}

/// <summary>
/// Starts processes again that ended unasked, which Aspire leaves dead, and ends all of them at once when the AppHost stops, which Aspire
/// does one after the other. What was stopped on purpose passes through <see cref="KnownResourceStates.Stopping"/> and stays stopped; so
/// does a service that says that it cannot run like this, with its configuration or its data.
/// </summary>
internal sealed partial class ProcessSupervisor(
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    ResourceLoggerService logs,
    TimeProvider clock,
    ILogger<ProcessSupervisor> logger) : BackgroundService
{
    // A service's ServiceStart.FailedExitCode: it would end in the same way again.
    private const int CannotRun = 78;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, Life> _lives = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // First: nothing is started again from here on.
        await base.StopAsync(cancellationToken);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StopLimit);
        // Services hand back what they have not done before the servers go.
        foreach (var group in _lives.GroupBy(life => life.Value.Resource is ProjectResource).OrderByDescending(group => group.Key))
        {
            Task stopped = Task.WhenAll(group.Where(life => life.Value.IsAlive)
                .Select(life => commands.ExecuteCommandAsync(life.Key, KnownResourceCommands.StopCommand, limit.Token)));
            await stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Aspire ends what is left
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var update in notifications.WatchAsync(stoppingToken))
        {
            if (!update.Resource.Annotations.OfType<RestartAnnotation>().Any())
            {
                continue;
            }

            if (!_lives.TryGetValue(update.ResourceId, out var life))
            {
                _lives[update.ResourceId] = life = new Life(update.Resource);
            }

            if (life.EndsUnasked(update.Snapshot.State?.Text, clock) is { } ran)
            {
                _ = update.Snapshot.ExitCode == CannotRun
                    ? SayWhyAsync(update.ResourceId, stoppingToken)
                    : StartAgainAsync(update.ResourceId, life, update.Snapshot.ExitCode, life.BackOff.Next(ran), stoppingToken);
            }
        }
    }

    private async Task StartAgainAsync(string id, Life life, int? exitCode, TimeSpan delay, CancellationToken stoppingToken)
    {
        try
        {
            // On the console, and in the resource's own log, which the dashboard shows.
            LogEnded(logger, id, exitCode, delay.TotalSeconds);
            LogEnded(logs.GetLogger(id), id, exitCode, delay.TotalSeconds);
            await Task.Delay(delay, clock, stoppingToken);
            if (!life.IsAlive)
            {
                await commands.ExecuteCommandAsync(id, KnownResourceCommands.StartCommand, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The AppHost stops.
        }
    }

    private async Task SayWhyAsync(string id, CancellationToken stoppingToken)
    {
        var reason = "its log says why";
        try
        {
            await foreach (var lines in logs.GetAllAsync(id).WithCancellation(stoppingToken))
            {
                reason = lines.LastOrDefault(line => line.IsErrorMessage).Content is { } line ? WithoutTime(line) : reason;
            }

            LogCannotRun(logger, id, reason);
        }
        catch (OperationCanceledException)
        {
            // The AppHost stops.
        }
    }

    // Aspire puts the time before each line.
    private static string WithoutTime(string line) =>
        line.IndexOf(' ') is > 0 and var end && DateTimeOffset.TryParse(line.AsSpan(0, end), CultureInfo.InvariantCulture, out _)
            ? line[(end + 1)..]
            : line;

    [LoggerMessage(LogLevel.Error, "{Resource} cannot run and is not started again: {Reason}")]
    private static partial void LogCannotRun(ILogger logger, string resource, string reason);

    [LoggerMessage(LogLevel.Warning, "{Resource} ended with exit code {ExitCode}; starting it again in {Seconds} s")]
    private static partial void LogEnded(ILogger logger, string resource, int? exitCode, double seconds);

    /// <summary>What is known of one process, from its states.</summary>
    private sealed class Life(IResource resource)
    {
        private string? _state;
        private long _started;

        public IResource Resource => resource;

        public BackOff BackOff { get; } = new();

        public bool IsAlive => _state is not null && !KnownResourceStates.TerminalStates.Contains(_state);

        /// <returns>How long it ran, when the new state says that it ended and nobody asked for that.</returns>
        public TimeSpan? EndsUnasked(string? state, TimeProvider clock)
        {
            if (state is null || state == _state)
            {
                return null;
            }

            var (last, ended) = (_state, KnownResourceStates.TerminalStates.Contains(state));
            // On a busy machine a process may have ended before its first state is seen.
            var wasAlive = IsAlive || last is null;
            _state = state;
            if (state == KnownResourceStates.Running)
            {
                _started = clock.GetTimestamp();
            }

            return !ended || !wasAlive || last == KnownResourceStates.Stopping ? null
                : last == KnownResourceStates.Running ? clock.GetElapsedTime(_started)
                : TimeSpan.Zero;
        }
    }
}
