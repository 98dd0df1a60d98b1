using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;

namespace Microsoft.ML.Diffusion;

/// <summary>Passes rows on as they are, and adds the synthetic ones of a <see cref="DiffusionAugmentEstimator"/> while the chain that it
/// is in is trained.</summary>
/// <remarks>Safe to use from several threads. Saved, it holds nothing of the training rows and no model of them.</remarks>
public sealed class DiffusionAugmentTransformer : ITransformer, ITransformerWithDifferentMappingAtTrainingTime
{
    private readonly string? _weight;
    private readonly SyntheticSource? _source;

    private Action<string>? _warn;

    internal DiffusionAugmentTransformer(string? weight, SyntheticSource? source, DiffusionSynthesizeTransformer? model, Action<string>? warn = null)
    {
        _warn = warn;
        _weight = weight;
        _source = source;
        Model = model;
    }

    /// <summary>What made the rows; null in a transformer that was loaded or has none to add.</summary>
    public DiffusionSynthesizeTransformer? Model { get; }

    /// <summary>The rows that are added, of the columns that are made; null in a transformer that was loaded or has none to add.</summary>
    public IDataView? AddedRows => _source is null ? null : new SyntheticView(Model!.Schema, _source.Columns, _source.Rows);

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new AugmentMapper(inputSchema, _weight).OutputSchema;

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new AugmentMapper(inputSchema, _weight);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        Interlocked.Exchange(ref _warn, null)?.Invoke(
            "DiffusionAugment adds nothing here: no estimator behind it in its own chain has read its rows. Append to the chain itself " +
            "(a variable of type EstimatorChain or var, not IEstimator), or read AddedRows.");
        return With(input, source: null);
    }

    // A chain asks for this of its last transformer too, and reads nothing of it: only a reading is a use of the rows.
    IDataView ITransformerWithDifferentMappingAtTrainingTime.TransformForTrainingPipeline(IDataView input) =>
        With(input, _source, () => _warn = null);

    void ICanSaveModel.Save(ModelSaveContext ctx) => DiffusionAugmentLoader.File.Save(ctx, writer => writer.Write(_weight ?? ""));

    internal static DiffusionAugmentTransformer Load(BinaryReader reader) =>
        new(reader.ReadString() is { Length: > 0 } weight ? weight : null, source: null, model: null);

    private IDataView With(IDataView input, SyntheticSource? source, Action? onRead = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        var mapper = new AugmentMapper(input.Schema, _weight);
        return source is null && mapper.OutputSchema == input.Schema ? input : new AugmentedView(input, mapper, source, onRead);
    }
}
