using System.CommandLine;

namespace Microsoft.ML.Diffusion.Tool.Commands.Help;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>A command whose help shows how it is used.</summary>
/// <param name="name">What the user types.</param>
/// <param name="description">What it does, in one sentence.</param>
/// <param name="examples">Whole command lines, and what each does.</param>
internal sealed class ToolCommand(string name, string description, params (string Line, string What)[] examples)
    : Command(name, description)
{
    /// <summary>Whole command lines, and what each does.</summary>
    public IReadOnlyList<(string Line, string What)> Examples { get; } = examples;
}
