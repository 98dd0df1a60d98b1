using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Segmentation;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion segment train</c>: learns the classes of pixels.</summary>
internal sealed class SegmentTrainCommand
{
    private static readonly Dictionary<string, SegmentationMethod> s_methods = new(StringComparer.Ordinal)
    {
        ["blend"] = SegmentationMethod.Blend, ["ddpm-seg"] = SegmentationMethod.DdpmSeg,
    };

    private readonly PictureOptions _pictures = new();
    private readonly Option<string> _output = new("--output", "-o")
    {
        Required = true, HelpName = "MODEL.zip", Description = "Model file to write, for segment predict and for ml.Model.Load.",
    };
    private readonly Option<string[]> _classes = new("--classes")
    {
        HelpName = "A,B",
        Description = "Names of the classes, from 0. Without it they are numbers, and there are as many as the masks have.",
        CustomParser = result => [.. result.Tokens.SelectMany(token =>
            token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };
    private readonly Option<SegmentationMethod?> _method = TypedOption.Choice("--method", s_methods,
        "How to learn: blend (forests and perceptrons on filters and on a denoising network), the default, or ddpm-seg (perceptrons on the "
        + "network alone, as published by Baranchuk et al. 2022).");
    private readonly Option<int?> _maxTime = TypedOption.Number(
        "--max-time", "SECONDS", 1, int.MaxValue / 1000, "a whole number of seconds",
        "Ends the training of the denoising network in time; the classifiers come after it.");
    private readonly Option<int?> _passes = TypedOption.Number("--passes", "N", 1, int.MaxValue, "a whole number from 1",
        "How many pictures the denoising network is shown. Default 100000.");
    private readonly Option<int?> _tile = TypedOption.Number("--tile", "N", 16, 512, "a multiple of 8 from 16 to 512",
        "Lines and columns that the denoising network sees at once; larger pictures are cut into tiles. Default 64.");
    private readonly Option<string?> _pretrained = new("--pretrained")
    {
        HelpName = "FILE",
        Description = "Take the denoising network of another model, or published weights (safetensors, or PyTorch's .pt), and train "
            + "none.",
    };
    private readonly CheckpointOption _checkpoint = new("Write the training of the denoising network down");
    private readonly Option<int[]?> _steps = TypedOption.Places("--steps", "50,150,250",
        "The levels of noise at which the network looks at a picture, 0 to 999. Default 50,150,250, or those of --pretrained.");
    private readonly Option<int[]?> _blocks = TypedOption.Places("--blocks", "2,3,4,5",
        "The blocks of the network's decoder that are learnt from. Default as suits its depth, or those of --pretrained.");
    private readonly Option<EngineKind?> _engine = EngineOption.Create();
    private readonly Option<int?> _seed = TypedOption.Number("--seed", "N", int.MinValue, int.MaxValue, "a whole number",
        $"Seed of the random numbers; the same seed writes the same bytes. Default {CommonOptions.DefaultSeed}.");
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private SegmentTrainCommand(TextWriter error, CancellationToken cancel) => (_error, _cancel) = (error, cancel);

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var train = new SegmentTrainCommand(error, cancel);
        var command = new ToolCommand(
            "train", "Learn from a folder of pictures and a folder of masks for some of them.",
            ("mldiffusion segment train --images pictures --masks masks -o model.zip", "Pictures without a mask help too."),
            ("mldiffusion segment train --images pictures --masks masks -o model.zip --classes ground,cell --max-time 600",
                "With names of the classes, in ten minutes."))
        {
            train._pictures.Images, train._pictures.Masks, train._output, train._classes, train._method, train._maxTime, train._passes,
            train._tile, train._pretrained, train._steps, train._blocks, train._engine, train._seed, train._pictures.Quiet,
        };
        train._checkpoint.AddTo(command);
        command.SetAction(train.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var clock = Stopwatch.StartNew();
        CommonOptions.RefuseBoth(parsed, _pretrained, _passes, _maxTime, _engine, _checkpoint.File);
        Display display = _pictures.OpenDisplay(parsed, _error);
        DiffusionSegmentationEstimator.Options options = OptionsOf(parsed);
        EngineOption.Announce(options.Engine, gpuDeviceId: null, fallbackToCpu: true, display);
        if (options.Pretrained is { } pretrained && !File.Exists(pretrained))
            throw new InputException($"{pretrained}: there is no such file.");
        string images = parsed.GetRequiredValue(_pictures.Images), masks = parsed.GetRequiredValue(_pictures.Masks);
        if (PictureOptions.IsSameFolder(images, masks))
            throw new UsageException($"{masks} is named in both --images and --masks; two folders were expected.");
        var folder = TrainingFolder.Read(images, masks, options.ClassNames?.Length, display, _cancel);
        (options.ClassCount, options.Channels) = (folder.Classes, folder.Channels);
        string path = parsed.GetRequiredValue(_output);
        options.Checkpoint = _checkpoint.Of(parsed, path);
        using (OutputFile output = OutputFile.Create(path))
        {
            SegmentationModel.Train(folder, options, output, display, _cancel);
            _cancel.ThrowIfCancellationRequested();
            output.Commit();
        }

        if (options.Checkpoint is { } checkpoint)
            File.Delete(checkpoint.Path);
        display.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{StandardStream.OutputName(path)}: trained on {folder.Count} pictures, of which {folder.Masks} have a mask, and " +
            $"{folder.Classes} classes, {StageProgress.Clock(clock.Elapsed)}."));
        return ExitCode.Done;
    }

    private DiffusionSegmentationEstimator.Options OptionsOf(ParseResult parsed)
    {
        var options = new DiffusionSegmentationEstimator.Options
        {
            Method = parsed.GetValue(_method) ?? SegmentationMethod.Blend,
            ClassNames = parsed.GetValue(_classes) is { Length: > 0 } names ? names : null,
            TileSize = parsed.GetValue(_tile),
            Pretrained = parsed.GetValue(_pretrained),
            // An option of several values that is not given has none.
            Steps = parsed.GetValue(_steps) is { Length: > 0 } steps ? steps : null,
            Blocks = parsed.GetValue(_blocks) is { Length: > 0 } blocks ? blocks : null,
            Engine = parsed.GetValue(_engine) ?? EngineKind.Auto,
            Seed = parsed.GetValue(_seed) ?? CommonOptions.DefaultSeed,
            MaxTrainingTime = parsed.GetValue(_maxTime) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        options.TrainingPasses = parsed.GetValue(_passes) ?? options.TrainingPasses;
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new UsageException(ImputationModel.Sentence(e), e);
        }

        return options;
    }
}
