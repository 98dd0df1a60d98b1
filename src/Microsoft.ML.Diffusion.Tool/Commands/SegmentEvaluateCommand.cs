using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Segmentation;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion segment evaluate</c>: says how well a model tells the classes of pixels.</summary>
internal sealed class SegmentEvaluateCommand
{
    private readonly PictureOptions _pictures = new();
    private readonly Option<string?> _report = new("--report")
    {
        HelpName = "R.html",
        Description = "Write a page with pictures, true and predicted classes, and uncertainty side by side; opens offline.",
    };
    private readonly Option<string?> _json = new("--json") { HelpName = "metrics.json", Description = "Write every figure." };
    private readonly Option<bool> _asPublished = new("--as-published")
    {
        Description = "Count a class that is nowhere, neither in truth nor in prediction, as 0 in the mean, as Baranchuk et al. 2022 do.",
    };
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private SegmentEvaluateCommand(TextWriter error, CancellationToken cancel) => (_error, _cancel) = (error, cancel);

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var evaluate = new SegmentEvaluateCommand(error, cancel);
        var command = new ToolCommand(
            "evaluate", "Say how well a model tells the classes of pixels, by the masks of pictures that it has not seen.",
            ("mldiffusion segment evaluate model.zip --images pictures --masks masks", "The figures of every class."),
            ("mldiffusion segment evaluate model.zip --images pictures --masks masks --report report.html --json scores.json",
                "And a page to look at, and every figure as JSON."))
        {
            evaluate._pictures.Model, evaluate._pictures.Images, evaluate._pictures.Masks, evaluate._report, evaluate._json,
            evaluate._asPublished, evaluate._pictures.Quiet,
        };
        command.SetAction(evaluate.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var clock = Stopwatch.StartNew();
        Display display = _pictures.OpenDisplay(parsed, _error);
        string? report = parsed.GetValue(_report);
        string[] outputs = [.. new[] { report, parsed.GetValue(_json) }.OfType<string>()];
        string model = parsed.GetRequiredValue(_pictures.Model);
        if (outputs.Length == 2 && FileStatus.AreSame(StandardStream.OutputPath(outputs[0]), StandardStream.OutputPath(outputs[1])))
            throw new UsageException($"{outputs[1]} is named in both --report and --json; two files were expected.");
        foreach (string output in outputs.Where(output => CommonOptions.IsSame(model, output)))
            throw new UsageException($"{output} is the model itself; another file to write was expected.");
        var evaluation = new SegmentationEvaluation(
            SegmentationModel.Read(model), parsed.GetRequiredValue(_pictures.Images), parsed.GetRequiredValue(_pictures.Masks));
        bool asPublished = parsed.GetValue(_asPublished);
        OutputFile[] files = OutputFile.CreateAll(outputs);
        EvaluatedPictures result;
        try
        {
            result = evaluation.Run(display, _cancel);
            foreach (OutputFile file in files)
            {
                file.Write(stream =>
                {
                    if (file.Path == report)
                        SegmentationReport.Write(result, asPublished, evaluation.Predict, stream);
                    else
                        SegmentationJson.Write(result, stream);
                });
            }

            _cancel.ThrowIfCancellationRequested();
            foreach (OutputFile file in files)
                file.Commit();
        }
        finally
        {
            foreach (OutputFile file in files)
                file.Dispose();
        }

        // Standard output is either the summary's or a file's.
        SegmentationSummary.Write(
            result, asPublished, outputs.Any(StandardStream.IsOutput) ? _error : parsed.InvocationConfiguration.Output);
        string written = string.Join(", ", outputs.Select(StandardStream.OutputName).DefaultIfEmpty("Nothing written"));
        display.Say($"{written}: evaluated in {StageProgress.Clock(clock.Elapsed)}.");
        return ExitCode.Done;
    }
}
