using System.CommandLine;

namespace ImageSearch.Cli.Commands;

/// <summary>Which failures: named ones, those of a model or with a reason, or all.</summary>
internal sealed class FailureOptions
{
    private readonly Argument<string[]> _ids = PictureIds.Argument(ArgumentArity.ZeroOrMore);
    private readonly Option<string?> _model = new("--model") { Description = "Only this model's.", HelpName = "NAME" };
    private readonly Option<string?> _reason =
        new("--reason") { Description = "Only those with this reason, as failures shows it.", HelpName = "TEXT" };
    private readonly Option<bool> _all = new("--all") { Description = "All of them." };

    public Command AddTo(Command command)
    {
        command.Add(_ids);
        command.Add(_model);
        command.Add(_reason);
        command.Add(_all);
        return command;
    }

    /// <exception cref="UsageException">None are named.</exception>
    public FailuresRequest Read(ParseResult parsed)
    {
        var arguments = parsed.GetValue(_ids) ?? [];
        var ids = PictureIds.Read(arguments);
        var selection = new FailuresRequest
        {
            Ids = arguments.Length > 0 ? [.. ids.Select(id => id.ToString())] : null,
            Model = parsed.GetValue(_model),
            Reason = parsed.GetValue(_reason),
        };
        if (parsed.GetValue(_all) == (selection.Ids is not null || selection.Model is not null || selection.Reason is not null))
        {
            throw new UsageException("Say which: ids, --model, --reason, or --all by itself.");
        }

        return selection;
    }
}
