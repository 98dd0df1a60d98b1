using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.MLNetInternals;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>Fills in missing values of series with the <see cref="SeriesImputer"/> that a <see cref="DiffusionImputeSeriesEstimator"/>
/// trained.</summary>
/// <remarks>Immutable, and safe to use from several threads. A value that is there is passed on as it is; an infinite number counts as
/// missing for the others.</remarks>
public sealed class DiffusionImputeSeriesTransformer : ITransformer
{
    internal const string ModelStream = "SeriesModel";

    private readonly IHost _host;
    private readonly SeriesForm _form;
    private int _hasWarned;

    internal DiffusionImputeSeriesTransformer(
        IHost host, SeriesLayout layout, ViewColumn?[] categories, SeriesForm form, SeriesFiller filler)
    {
        (_host, Layout, Categories, _form, Filler) = (host, layout, categories, form, filler);
    }

    /// <summary>The trained model.</summary>
    public SeriesImputer Model => Filler.Imputer;

    /// <summary>Which columns are filled in, and under which names.</summary>
    public IReadOnlyList<InputOutputColumnPair> Columns => Layout.Columns;

    /// <summary>The column that names the series of a row; null where there is none.</summary>
    public string? GroupColumn => Layout.Group;

    /// <summary>The column of times; null where the steps of a row's vectors are one apart.</summary>
    public string? OrderColumn => Layout.Order;

    /// <summary>Whether a missing value becomes the best single guess or a draw.</summary>
    public ImputationMode Mode => Filler.Mode;

    /// <summary>The longest gap that is filled, in units of the order column; null for any.</summary>
    public double? MaxGap => Filler.MaxGap;

    /// <summary>The share of the intervals in the columns `.Lower` and `.Upper` that are to hold the true number; null where there are no
    /// columns that tell how sure the filled-in ones are.</summary>
    public double? Coverage => Filler.Coverage;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    internal SeriesLayout Layout { get; }

    internal SeriesFiller Filler { get; }

    /// <summary>What is known of the categories of each variable; null for numbers.</summary>
    internal ViewColumn?[] Categories { get; }

    /// <summary>Whether a row is a step of a series; otherwise it is a whole one.</summary>
    internal bool IsStepPerRow => _form == SeriesForm.StepPerRow;

    /// <summary>The same model answering another question. Several draws of the same series, each with its own number, make a multiple
    /// imputation. Draws have no columns that tell how sure they are.</summary>
    /// <param name="mode">Best single guess, or a draw.</param>
    /// <param name="draw">Which draw, from 0; not used by <see cref="ImputationMode.Expectation"/>.</param>
    /// <param name="seed">Seed of the draws; null keeps the one that the transformer was made with.</param>
    public DiffusionImputeSeriesTransformer WithMode(ImputationMode mode, int draw = 0, int? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        return new(_host, Layout, Categories, _form, Filler with
        {
            Mode = mode,
            Draw = draw,
            Seed = seed is { } given ? (uint)given : Filler.Seed,
            Coverage = mode == ImputationMode.Expectation ? Coverage : null,
        });
    }

    /// <summary>The same model with another limit of gaps.</summary>
    /// <param name="maxGap">The longest gap that is filled, above 0, in units of the order column; null for any.</param>
    public DiffusionImputeSeriesTransformer WithMaxGap(double? maxGap)
    {
        if (maxGap is not (null or > 0))
            throw new ArgumentOutOfRangeException(nameof(maxGap), $"The longest gap is {maxGap}; it must be above 0, or null to fill all.");
        return new(_host, Layout, Categories, _form, Filler with { MaxGap = maxGap });
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column that the model reads is not there, or is not of its form.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapper(inputSchema, OpenAlone).OutputSchema;

    /// <inheritdoc/>
    /// <remarks>A row alone is a series of one step, unless its columns are vectors.</remarks>
    /// <exception cref="ArgumentException">A column that the model reads is not there, or is not of its form.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        SeriesMapper mapper = Mapper(inputSchema, OpenAlone);
        if (IsStepPerRow && Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            using IChannel channel = _host.Start("Rows");
            channel.Warning(MessageSensitivity.None, "Rows that come one by one are series of one step each: nothing is known of what " +
                "came before or after. Use model.CreateSeriesEngine for whole series, or for rows that follow each other.");
        }
        return mapper;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column that the model reads is not there, or is not of its form.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new FilledView(input, Mapper(input.Schema, OpenAlone), Filler);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        DiffusionImputeSeriesLoader.File.Save(ctx, writer =>
        {
            Layout.Write(writer);
            writer.Write((byte)_form);
            writer.Write((byte)Filler.Mode);
            writer.Write(Filler.Seed);
            writer.Write(Filler.Draw);
            writer.Write(Filler.Coverage ?? 0);
            writer.Write(Filler.MaxGap ?? 0);
            foreach (ViewColumn? categories in Categories)
            {
                writer.Write(categories is not null);
                categories?.Write(writer);
            }
        });
        ComponentFile.SaveStream(ctx, ModelStream, Model.Save);
    }

    /// <summary>Reads all but the model.</summary>
    internal static Func<SeriesImputer, IHost, DiffusionImputeSeriesTransformer> Load(BinaryReader reader)
    {
        var layout = SeriesLayout.ReadFrom(reader);
        (var form, var mode) = ((SeriesForm)reader.ReadByte(), (ImputationMode)reader.ReadByte());
        (ulong seed, int draw) = (reader.ReadUInt64(), reader.ReadInt32());
        (double coverage, double most) = (reader.ReadDouble(), reader.ReadDouble());
        if (!Enum.IsDefined(form) || !Enum.IsDefined(mode) || draw < 0 || !(coverage is >= 0 and < 1) || !(most >= 0))
            throw FileItems.Damaged("how it fills in values makes no sense");
        ViewColumn?[] categories = [.. layout.Columns.Select(_ => reader.ReadBoolean() ? ViewColumn.Read(reader) : null)];
        return (model, host) =>
        {
            if (model.Variables != layout.Columns.Length)
                throw FileItems.Damaged($"the model has {model.Variables} variables and the view {layout.Columns.Length}");
            int[] counts = [.. categories.Select(own => own?.CategoryCount ?? 0)];
            if (!(model is CategoryImputer imputer ? imputer.Counts : new int[counts.Length]).SequenceEqual(counts))
                throw FileItems.Damaged("the model has other categories than the columns");
            var filler = new SeriesFiller(model, mode, seed, draw, coverage > 0 ? coverage : null, most > 0 ? most : null);
            return new DiffusionImputeSeriesTransformer(host, layout, categories, form, filler);
        };
    }

    /// <summary>The transformer on views of one schema.</summary>
    /// <param name="schema">Theirs.</param>
    /// <param name="open">Fills the current row.</param>
    internal SeriesMapper Mapper(DataViewSchema schema, Func<DataViewRow, SeriesMapper, bool, CurrentCells> open)
    {
        var mapper = new SeriesMapper(Layout, Categories, schema, Coverage is not null, open);
        if (mapper.Sources.Form != _form)
        {
            throw ColumnRefusal.Of(IsStepPerRow
                ? "The model was trained on rows that are steps, and the columns are vectors; single numbers were expected."
                : "The model was trained on rows that are series, and the columns are single numbers; vectors were expected.");
        }
        if (mapper.Sources.StaticCount != Model.Statics)
        {
            throw ColumnRefusal.Of(
                $"The static columns hold {mapper.Sources.StaticCount} numbers, and the model was trained on {Model.Statics}.");
        }
        return mapper;
    }

    private CurrentCells OpenAlone(DataViewRow row, SeriesMapper mapper, bool tellsUncertainty) => IsStepPerRow
        ? new CellsOfOneStep(row, mapper.Sources, Filler, tellsUncertainty)
        : new CellsOfOneSeries(row, mapper.Sources, Filler, tellsUncertainty);
}
