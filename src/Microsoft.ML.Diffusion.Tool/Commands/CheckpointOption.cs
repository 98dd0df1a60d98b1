using System.CommandLine;
using Microsoft.ML.Diffusion.Core.Training;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>--checkpoint</c>, for trainings of hours that are ended and go on.</summary>
/// <param name="description">What is written down, as the beginning of a sentence.</param>
internal sealed class CheckpointOption(string description)
{
    private const int DefaultSeconds = 300;

    private readonly Option<string?> _file = new("--checkpoint")
    {
        HelpName = "FILE",
        Description = description + " there every few minutes; the same command goes on from it after a kill, to the same bytes. Gone once "
            + "the model is written.",
    };
    private readonly Option<int?> _every = TypedOption.Number("--checkpoint-every", "SECONDS", 0, int.MaxValue / 1000,
        "a whole number of seconds", $"How often --checkpoint is written. Default {DefaultSeconds}.");

    /// <summary>The option that names the file.</summary>
    public Option File => _file;

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_every);
    }

    /// <summary>What the user asks for; null for none.</summary>
    /// <param name="parsed">What the user says.</param>
    /// <param name="others">The files that the command reads and writes.</param>
    /// <exception cref="UsageException">The file is one of the others, or there is an interval and no file.</exception>
    public CheckpointOptions? Of(ParseResult parsed, params ReadOnlySpan<string> others)
    {
        int? seconds = parsed.GetValue(_every);
        if (parsed.GetValue(_file) is not { } path)
        {
            return seconds is null
                ? null
                : throw new UsageException("--checkpoint-every says how often --checkpoint is written; --checkpoint FILE was expected.");
        }

        foreach (string other in others)
        {
            if (CommonOptions.IsSame(path, other))
                throw new UsageException($"{path} is the input or the model itself; another file for the checkpoint was expected.");
        }

        return new CheckpointOptions(path) { Interval = TimeSpan.FromSeconds(seconds ?? DefaultSeconds) };
    }
}
