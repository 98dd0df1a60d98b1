using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tool.Synthesis;

/// <summary>A trained model of whole rows, and how the columns that it was trained on write their numbers.</summary>
/// <param name="Transformer">The model.</param>
/// <param name="Schema">The columns that it was trained on.</param>
/// <param name="Formats">How columns write numbers, by name; may lack some.</param>
/// <param name="FileColumns">Names of all columns of the file that it was trained on, in their order.</param>
internal sealed record SynthesisModel(
    DiffusionSynthesizeTransformer Transformer, DataViewSchema Schema, IReadOnlyDictionary<string, CellFormat> Formats,
    IReadOnlyList<string> FileColumns)
{
    /// <summary>Names of the columns that the model makes, and how those of numbers are written; null for categories.</summary>
    public IReadOnlyDictionary<string, CellFormat?> Columns { get; } =
        Transformer.Columns.ToDictionary(c => c.Name, c => c.Kind == ColumnKind.Numeric ? Formats.GetValueOrDefault(c.Name, CellFormat.Any) : null, StringComparer.Ordinal);

    /// <summary>Trains on the rows of a file.</summary>
    /// <exception cref="InputException">There is nothing to learn from.</exception>
    public static SynthesisModel Train(
        BlockTable table, string? label, DiffusionSynthesizeEstimator.Options options, Display display, CancellationToken cancel)
    {
        DomainClauses.Translate(options.Method, table);
        IDataView view = table.ToView();
        DiffusionSynthesizeTransformer model = Train(
            table, options, display, ml => ml.Transforms.DiffusionSynthesize(label, options).Fit(view), cancel);
        IReadOnlyDictionary<string, CellFormat> formats = model.Privacy is null ? table.Formats
            : table.Formats.ToDictionary(pair => pair.Key, pair => pair.Value.WithoutValues(), StringComparer.Ordinal);
        return new SynthesisModel(model, view.Schema, formats, table.File.ColumnNames);
    }

    /// <summary>Runs a training with its progress and warnings shown.</summary>
    /// <exception cref="InputException">There is nothing to learn from.</exception>
    public static T Train<T>(
        BlockTable table, DiffusionSynthesizeEstimator.Options options, Display display, Func<MLContext, T> train, CancellationToken cancel)
    {
        string path = table.Path;
        if (table.RowCount == 0)
            throw new InputException($"{path} has a header and no rows; at least one was expected to learn from.");
        if (!table.UsedColumns.Any())
            throw new InputException($"{path} has no column of numbers or categories to learn from.");
        if (options.Method is DiffusionGeneratorOptions diffusion)
            EngineOption.Announce(diffusion.Engine, diffusion.GpuDeviceId, diffusion.FallbackToCpu, display);
        // The options alone say whether the processor may compute instead of a GPU.
        var ml = new MLContext(options.Seed) { FallbackToCpu = true };
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                display.Warn(message.RawMessage);
        };
        options.CancellationToken = cancel;
        try
        {
            return display.Run("Training", progress =>
            {
                options.Progress = new TrainingReport(display, progress);
                return train(ml);
            });
        }
        catch (Exception e) when (e is CheckpointException or GradientExchangeException)
        {
            throw new InputException(e.Message, e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new InputException($"{path} cannot be learnt from: {ImputationModel.Sentence(e)}", e);
        }
    }
}
