using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Segmentation;
using Microsoft.ML.Diffusion.Tool.Terminal;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion segment predict</c>: writes a mask for every picture of a folder.</summary>
internal sealed class SegmentPredictCommand
{
    private const int NamedPictures = 3;

    private readonly PictureOptions _pictures = new();
    private readonly Argument<string> _images = new("DIR") { Description = "Folder of pictures, as PNG files; of any size." };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Required = true, HelpName = "OUTDIR", Description = "Folder for the masks: grey PNG files, where the grey value is the class.",
    };
    private readonly Option<string?> _uncertainty = new("--uncertainty")
    {
        HelpName = "DIR",
        Description = "Folder for grey pictures of how much the classifiers disagree: 0 where they agree, 255 for 0.69 (ln 2) and more.",
    };
    private readonly Option<string?> _overlay = new("--overlay")
    {
        HelpName = "DIR", Description = "Folder for the pictures with their classes in colours over them; class 0 has none.",
    };
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private SegmentPredictCommand(TextWriter error, CancellationToken cancel) => (_error, _cancel) = (error, cancel);

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var predict = new SegmentPredictCommand(error, cancel);
        var command = new ToolCommand(
            "predict", "Write a mask for every picture of a folder.",
            ("mldiffusion segment predict model.zip pictures -o masks", "A mask with the name of its picture."),
            ("mldiffusion segment predict model.zip pictures -o masks --overlay look",
                "And the masks drawn over the pictures, to look at."))
        {
            predict._pictures.Model, predict._images, predict._output, predict._uncertainty, predict._overlay, predict._pictures.Quiet,
        };
        command.SetAction(predict.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var clock = Stopwatch.StartNew();
        Display display = _pictures.OpenDisplay(parsed, _error);
        string images = parsed.GetRequiredValue(_images);
        string?[] targets = [parsed.GetRequiredValue(_output), parsed.GetValue(_uncertainty), parsed.GetValue(_overlay)];
        RefuseSameFolders([images, .. targets.OfType<string>()]);
        DiffusionSegmentationTransformer model = SegmentationModel.Read(parsed.GetRequiredValue(_pictures.Model));
        string[] names = PictureFolder.NamesOfPictures(images);
        var folders = new OutputFolder?[targets.Length];
        try
        {
            for (int i = 0; i < targets.Length; i++)
                folders[i] = targets[i] is { } target ? OutputFolder.Create(target) : null;
            float[] uncertainty = new float[names.Length];
            PictureLoop.Run("Predicting", names.Length, i =>
            {
                PngPicture picture = PngFile.Read(Path.Combine(images, names[i]));
                SegmentedPicture answer = model.Segment(picture.ToPicture(model.Channels));
                uncertainty[i] = answer.PictureUncertainty;
                (int height, int width) = (picture.Height, picture.Width);
                folders[0]!.Write(names[i], PngFile.Grey(answer.Classes, height, width));
                folders[1]?.Write(
                    names[i], PngFile.Grey(UncertaintyPicture.Paint(answer.Uncertainty, UncertaintyPicture.White), height, width));
                folders[2]?.Write(names[i], PngFile.Colour(ClassColours.Overlay(picture, answer.Classes), height, width));
            }, display, _cancel);
            _cancel.ThrowIfCancellationRequested();
            foreach (OutputFolder? folder in folders)
                folder?.Commit();
            display.Say($"The most uncertain: {MostUncertain(names, uncertainty)}; a mask of their own would teach most.");
        }
        finally
        {
            foreach (OutputFolder? folder in folders)
                folder?.Dispose();
        }

        display.Say($"{targets[0]}: {names.Length} masks, {StageProgress.Clock(clock.Elapsed)}.");
        return ExitCode.Done;
    }

    private static string MostUncertain(string[] names, float[] uncertainty) => string.Join(
        ", ", Enumerable.Range(0, names.Length).OrderByDescending(i => uncertainty[i]).Take(NamedPictures)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{names[i]} ({uncertainty[i]:0.000})")));

    private static void RefuseSameFolders(string[] folders)
    {
        for (int i = 1; i < folders.Length; i++)
        {
            int other = Array.FindIndex(folders, 0, i, folder => PictureOptions.IsSameFolder(folder, folders[i]));
            if (other >= 0)
            {
                throw new UsageException(other == 0
                    ? $"{folders[i]} is the folder of the pictures; another folder to write to was expected."
                    : $"{folders[i]} is named twice; another folder for each kind of files was expected.");
            }
        }
    }
}
