using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace ImageSearch.Cli.Output;

/// <summary>Shows how far work has come on standard error: a bar for a person, a line every few seconds elsewhere.</summary>
internal sealed class ProgressView(Terminal terminal, string doing, Func<ProgressSample> sample)
{
    private static readonly TimeSpan BarStep = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineStep = TimeSpan.FromSeconds(5);

    private readonly RateMeter _meter = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public Task RunAsync(Func<Task> work) =>
        Terminal.IsWatched && terminal.Error.Profile.Capabilities.Interactive ? WithBarAsync(work) : WithLinesAsync(work);

    private Task WithBarAsync(Func<Task> work) => terminal.Error.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
        .StartAsync(async context =>
        {
            var task = context.AddTask(doing, maxValue: 1);
            await WhileAsync(work, BarStep, now =>
            {
                task.IsIndeterminate = now.Fraction is null;
                task.Value = now.Fraction ?? 0;
                task.Description = Markup.Escape(Line(now));
            });
        });

    private Task WithLinesAsync(Func<Task> work) => WhileAsync(work, LineStep, now =>
    {
        if (_watch.Elapsed >= LineStep)
        {
            Terminal.Note($"{Line(now)}{(now.Fraction is { } fraction ? string.Create(CultureInfo.InvariantCulture, $", {fraction * 100:0} %") : "")}");
        }
    });

    private async Task WhileAsync(Func<Task> work, TimeSpan step, Action<ProgressSample> show)
    {
        var working = work();
        while (!working.IsCompleted)
        {
            var now = sample();
            _meter.Add(_watch.Elapsed, now);
            show(now);
            await Task.WhenAny(working, Task.Delay(step));
        }

        await working;
    }

    private string Line(ProgressSample now) =>
        $"{doing} {Figures.Count(now.Pictures)} of {Figures.Count(now.Total)}, {Figures.Rate(_meter.Rate)}/s, {Figures.Time(_meter.Left)} left";
}
