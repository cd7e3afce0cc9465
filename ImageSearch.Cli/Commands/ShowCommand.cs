using System.CommandLine;
using System.Globalization;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch show</c>.</summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Id = new("ID") { Description = "Id of a picture (64 hexadecimal digits)." };

    public static Command Create() =>
        new Command("show", "Show a picture's record, and its state in every model.") { Id }.WithAction(RunAsync);

    private static async Task RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var image = await cli.Client.Images.GetAsync(PictureIds.Read([parsed.GetRequiredValue(Id)])[0], cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(image);
            return;
        }

        Terminal.WriteLine($"{image.Source} ({image.ContentType}, {image.Width}x{image.Height}, {Figures.Bytes(image.Bytes)}), added {Figures.Instant(image.AddedAt)}");
        if (image.Tags.Count > 0)
        {
            Terminal.WriteLine($"Tags: {string.Join(", ", image.Tags)}");
        }

        var table = new TextTable("Model", "Version", "State", "Attempts", "Reason", "Labels") { Numbers = ["Attempts"] };
        foreach (var model in image.Models)
        {
            table.Add(
                model.Model,
                model.Version,
                model.State.ToWord(),
                model.Attempts.ToString(CultureInfo.InvariantCulture),
                model.Reason,
                string.Join(", ", (model.Labels ?? []).Select(
                    label => string.Create(CultureInfo.InvariantCulture, $"{label.Name} {label.Probability:0.00}"))));
        }

        cli.Terminal.Write(table);
    }
}
