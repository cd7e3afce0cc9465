using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace ImageSearch.Hosting.Running;

/// <summary>One line each, after the time and the name of who says it: <c>12:00:01 web | Now listening on …</c>.</summary>
internal sealed class PrefixConsoleFormatter(IOptionsMonitor<PrefixConsoleFormatterOptions> options) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "imagesearch-prefix";
    public const string ResourceCategory = "Aspire.Hosting.Resources.";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var who = logEntry.Category.StartsWith(ResourceCategory, StringComparison.Ordinal) ? logEntry.Category[ResourceCategory.Length..] : "host";
        var level = logEntry.LogLevel >= LogLevel.Warning ? $"{logEntry.LogLevel}: " : "";
        textWriter.Write(DateTime.Now.ToString(options.CurrentValue.TimestampFormat ?? "HH:mm:ss", CultureInfo.InvariantCulture));
        textWriter.Write(' ');
        textWriter.Write(who);
        textWriter.Write(" | ");
        textWriter.Write(level);
        textWriter.WriteLine(logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is not null)
        {
            textWriter.WriteLine(logEntry.Exception);
        }
    }
}
