using Microsoft.Extensions.Logging.Console;

namespace ImageSearch.Hosting.Running;

internal sealed class PrefixConsoleFormatterOptions : ConsoleFormatterOptions;
