using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>Fills in missing values of new rows with the <see cref="TableImputer"/> that a
/// <see cref="DiffusionImputeEstimator"/> trained.</summary>
/// <remarks>Immutable, and safe to use from several threads. A row is completed when a filled-in column of it is asked for and
/// is missing there, once for all its columns. A value that is there is passed on as it is; so is a category that did not
/// occur in training, or an infinite number, which the model treats as missing.</remarks>
public sealed class DiffusionImputeTransformer : ITransformer
{
    internal const string ModelStream = "DiffusionModel", RelationStream = "Relations";

    private readonly Settings _settings;
    private readonly RelationSet? _relations;

    internal DiffusionImputeTransformer(Settings settings, TableImputer model, RelationSet? relations)
    {
        _settings = settings;
        _relations = relations;
        Related = relations is { Relations.Count: > 0 } ? new RelatedRows(relations, settings.Seed) : null;
        Model = model;
    }

    /// <summary>The trained model.</summary>
    public TableImputer Model { get; }

    /// <summary>What each column was found, or told, to be, with the reason; null in models that looked at no roles, or of earlier
    /// versions.</summary>
    public ColumnRoles? Roles => _settings.Roles;

    /// <summary>What holds between the columns of every training row, and of every row that is filled in as far as its observed cells
    /// allow.</summary>
    public IReadOnlyList<Relation> Relations => _relations?.Relations ?? [];

    /// <summary>What makes it hold; null where there are no relations.</summary>
    internal RelatedRows? Related { get; }

    /// <summary>Which columns are filled in, and under which names.</summary>
    public IReadOnlyList<InputOutputColumnPair> Columns => _settings.Columns;

    /// <summary>Whether a missing value becomes the best single guess or a draw.</summary>
    public ImputationMode Mode => _settings.Mode;

    /// <summary>The share of the intervals in the columns `.Lower` and `.Upper` that are to hold the true number; null where there are no
    /// columns that tell how sure the filled-in ones are.</summary>
    public double? Coverage => _settings.Coverage;

    /// <summary>Whether there is a column for every filled-in one that tells which of its values were missing.</summary>
    public bool AddsIndicators => _settings.AddsIndicators;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>Every column that the model reads, in the order of the model's own columns.</summary>
    internal ViewColumn[] ViewColumns => _settings.ViewColumns;

    /// <summary>The same model answering another question. Several draws of the same rows, each with its own number, make a
    /// multiple imputation. Draws have no columns that tell how sure they are.</summary>
    /// <param name="mode">Best single guess, or a draw.</param>
    /// <param name="draw">Which draw, from 0; not used by <see cref="ImputationMode.Expectation"/>.</param>
    /// <param name="seed">Seed of the draws; null keeps the one that the transformer was made with.</param>
    /// <exception cref="InvalidOperationException">Draws are asked for, and the model was not trained to draw
    /// (<see cref="TableImputer.CanDraw"/>).</exception>
    public DiffusionImputeTransformer WithMode(ImputationMode mode, int draw = 0, int? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        if (mode == ImputationMode.Draw && !Model.CanDraw)
            throw new InvalidOperationException("The model cannot draw: it was trained for best guesses alone (ConditionalOptions.Draws).");
        ulong newSeed = seed is { } given ? (uint)given : _settings.Seed;
        double? coverage = mode == ImputationMode.Expectation ? Coverage : null;
        return new(_settings with { Mode = mode, Draw = draw, Seed = newSeed, Coverage = coverage }, Model, _relations);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column that the model reads is not there, or is not what it was trained on.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new ImputeMapper(this, inputSchema).OutputSchema;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column that the model reads is not there, or is not what it was trained on.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new ImputeMapper(this, inputSchema);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column that the model reads is not there, or is not what it was trained on.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var mapper = new ImputeMapper(this, input.Schema);
        return new MappedView(input, mapper, (row, needed) => new ImputedColumns(mapper, row, needed));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        DiffusionImputeLoader.File.Save(ctx, _settings.Write);
        ComponentFile.SaveStream(ctx, ModelStream, Model.Save);
        if (_relations is not null)
            ComponentFile.SaveStream(ctx, RelationStream, _relations.Save);
    }

    internal static DiffusionImputeTransformer Load(Settings settings, TableImputer model, RelationSet? relations)
    {
        FileItems.RequireSame(settings.ViewColumns, model.Columns);
        return new(settings, model, relations);
    }

    /// <summary>Fills the missing cells of a block of rows in place, on all cores, with the bits that <see cref="Transform"/> gives
    /// each of them. Cells that the observed ones decide by one of the <see cref="Relations"/> are computed.</summary>
    /// <param name="rows">Rows with the columns of the <see cref="Model"/>. Every missing cell is filled, those of columns that are read
    /// and not filled in a view too.</param>
    /// <param name="rowIds">The id of each row, which a draw depends on.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <exception cref="ArgumentException">The rows have other columns than the model, or the ids are not one a row.</exception>
    /// <exception cref="InvalidDataException">A cell is infinite.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public void Complete(Table rows, ReadOnlyMemory<ulong> rowIds, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (Related is null || rowIds.Length != rows.RowCount || rows.Columns.Count != Model.Columns.Count)
            FillIn();
        else
            // A best guess is a function of the row alone, wherever it stands.
            Related.Complete(rows, Mode == ImputationMode.Draw ? rowIds : default, FillIn, cancel);

        void FillIn() => Model.Complete(rows, rowIds, Mode, _settings.Seed, _settings.Draw, progress: null, cancel);
    }

    /// <summary>Fills the missing cells of a block of rows in place with their best guesses, as the other method of this name does, and
    /// tells how sure each is.</summary>
    /// <param name="rows">Rows with the columns of the <see cref="Model"/>.</param>
    /// <param name="uncertainties">Receives how sure every cell is, row after row.</param>
    /// <param name="coverage">The share of intervals that are to hold the true number.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    internal void Complete(Table rows, CellUncertainty[] uncertainties, double coverage, CancellationToken cancel)
    {
        int width = rows.Columns.Count;
        ParallelLoop.Run(
            rows.RowCount,
            row =>
            {
                Span<double> cells = rows.Row(row);
                if (!HasMissing(cells))
                    return;
                bool[] isFixed = new bool[width];
                Related?.Determine(cells, isFixed);
                Model.Impute(cells, cells, uncertainties.AsSpan(row * width, width), coverage);
                Related?.Repair(cells, isFixed, rowId: 0);
            },
            threads: null,
            cancel);

        static bool HasMissing(ReadOnlySpan<double> cells)
        {
            foreach (double cell in cells)
            {
                if (double.IsNaN(cell))
                    return true;
            }

            return false;
        }
    }

    /// <summary>All there is to a transformer save its model.</summary>
    internal sealed record Settings(
        InputOutputColumnPair[] Columns,
        ViewColumn[] ViewColumns,
        ImputationMode Mode,
        ulong Seed,
        int Draw,
        double? Coverage,
        bool AddsIndicators,
        ColumnRoles? Roles)
    {
        public static Settings Read(BinaryReader reader)
        {
            InputOutputColumnPair[] columns = reader.ReadItems(
                "columns to fill in", static reader => new InputOutputColumnPair(reader.ReadString(), reader.ReadString()));
            ViewColumn[] viewColumns = reader.ReadItems("columns", ViewColumn.Read);
            var names = viewColumns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
            if (names.Count < viewColumns.Length || !Array.TrueForAll(columns, column => names.Contains(column.InputColumnName)))
                throw FileItems.Damaged("it names a column twice, or one that it does not read");
            var mode = (ImputationMode)reader.ReadByte();
            (ulong seed, int draw, double coverage) = (reader.ReadUInt64(), reader.ReadInt32(), reader.ReadDouble());
            if (!Enum.IsDefined(mode) || draw < 0 || !(coverage is >= 0 and < 1))
                throw FileItems.Damaged("how it fills in values makes no sense");
            bool addsIndicators = reader.ReadBoolean();
            return new Settings(
                columns, viewColumns, mode, seed, draw, coverage > 0 ? coverage : null, addsIndicators, RolesFile.Read(reader));
        }

        public void Write(BinaryWriter writer)
        {
            writer.Write(Columns.Length);
            foreach (InputOutputColumnPair column in Columns)
            {
                writer.Write(column.OutputColumnName);
                writer.Write(column.InputColumnName);
            }

            writer.Write(ViewColumns.Length);
            foreach (ViewColumn column in ViewColumns)
                column.Write(writer);
            writer.Write((byte)Mode);
            writer.Write(Seed);
            writer.Write(Draw);
            writer.Write(Coverage ?? 0);
            writer.Write(AddsIndicators);
            RolesFile.Write(writer, Roles);
        }
    }
}
