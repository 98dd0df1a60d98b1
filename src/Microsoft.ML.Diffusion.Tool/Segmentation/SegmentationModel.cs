using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>Models that tell the class of every pixel.</summary>
internal static class SegmentationModel
{
    /// <summary>Trains on a folder and writes the model.</summary>
    /// <param name="folder">What to learn from.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="output">Receives the model.</param>
    /// <param name="display">Shows how far it has come.</param>
    /// <param name="cancel">Stops the training.</param>
    /// <exception cref="InputException">There is nothing to learn from.</exception>
    public static void Train(
        TrainingFolder folder, DiffusionSegmentationEstimator.Options options, OutputFile output, Display display, CancellationToken cancel)
    {
        var ml = new MLContext(options.Seed);
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                display.Warn(message.RawMessage);
        };
        IDataView view = folder.ToView(ml);
        options.CancellationToken = cancel;
        try
        {
            DiffusionSegmentationTransformer model = display.Run("Training", progress =>
            {
                options.Progress = new TrainingReport(display, progress);
                return ml.Transforms.DiffusionSegmentation(options: options).Fit(view);
            });
            output.Write(stream => ImputationModelFile.Write(model, stream));
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new InputException($"These pictures cannot be learnt from: {ImputationModel.Sentence(e)}", e);
        }
        catch (CheckpointException e)
        {
            throw new InputException(e.Message, e);
        }
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InputException">No such file, no model of ML.NET, damaged, too new, or a model of something else.</exception>
    public static DiffusionSegmentationTransformer Read(string path)
    {
        ITransformer model = ImputationModelFile.ReadAny(path).Transformer;
        IEnumerable<ITransformer> stages = model is IEnumerable<ITransformer> several ? several : [model];
        return stages.OfType<DiffusionSegmentationTransformer>().FirstOrDefault() ?? throw new InputException(
            $"{path} is an ML.NET model of something else; one of DiffusionSegmentation was expected, such as mldiffusion segment train " +
            "writes.");
    }
}
