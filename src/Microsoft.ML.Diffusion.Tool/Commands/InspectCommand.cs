using System.CommandLine;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Inspection;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion inspect</c>: says what a saved model does, with which columns, and how good it was.</summary>
internal static class InspectCommand
{
    /// <param name="output">Standard output: what the model is.</param>
    public static Command Create(TextWriter output)
    {
        var model = new Argument<string>("M.zip") { Description = "Model file of train, or of ml.Model.Save." };
        var command = new ToolCommand(
            "inspect", "Say what a saved model does, with which columns, and how good it was.",
            ("mldiffusion inspect model.zip", "A model of train."),
            ("mldiffusion inspect pipeline.zip", "A whole pipeline that ml.Model.Save wrote in C#.")) { model };
        command.SetAction(parsed =>
        {
            output.Write(ModelDescription.Of(parsed.GetRequiredValue(model)));
            return ExitCode.Done;
        });
        return command;
    }
}
