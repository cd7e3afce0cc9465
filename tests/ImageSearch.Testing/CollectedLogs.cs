using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Testing;

/// <summary>What a service logged, one message after the other.</summary>
public sealed class CollectedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _messages = [];

    public IReadOnlyCollection<string> Messages => _messages;

    public bool Has(string part) => _messages.Any(message => message.Contains(part, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Collector(_messages);

    public void Dispose()
    {
        // what was collected stays
    }

    private sealed class Collector(ConcurrentQueue<string> messages) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            messages.Enqueue(formatter(state, exception));
    }
}
