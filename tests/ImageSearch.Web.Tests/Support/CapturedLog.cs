using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Web.Tests.Support;

/// <summary>Keeps every line that is logged, scopes and structured values included.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    public ConcurrentQueue<Line> Lines { get; } = new();

    public IEnumerable<string> Of(string category) => Lines.Where(line => line.Category == category).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Lines);

    public void Dispose()
    {
    }

    internal sealed record Line(LogLevel Level, string Category, string Text, string Values);

    private sealed class Logger(string category, ConcurrentQueue<Line> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue(new Line(
            logLevel, category, exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception}",
            state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values.Select(value => $"{value.Key}={value.Value}")) : ""));
    }
}
