using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>Makes rows like those that a <see cref="DiffusionSynthesizeEstimator"/> was trained on.</summary>
/// <remarks>Immutable, and safe to use from several threads. It is a transformer so that <c>ml.Model.Save</c> and <c>Load</c> keep it;
/// as such it passes rows on as they are.</remarks>
public sealed class DiffusionSynthesizeTransformer : ITransformer
{
    internal const string ModelStream = "GenerationModel", RelationStream = "Relations";

    private readonly ViewColumn[] _viewColumns;
    private readonly TableGenerator _generator;
    private readonly ulong _seed;
    private readonly bool _keepMissing;
    private readonly RelationSet? _relations;
    private readonly Action<string> _warn;

    internal DiffusionSynthesizeTransformer(
        DataViewSchema schema, ViewColumn[] viewColumns, TableGenerator generator, ulong seed, bool keepMissing, RelationSet? relations,
        ColumnRoles? roles, Action<string> warn)
    {
        _warn = warn;
        Roles = roles;
        Schema = schema;
        _viewColumns = viewColumns;
        _generator = generator;
        _seed = seed;
        _keepMissing = keepMissing;
        _relations = relations;
    }

    /// <summary>The columns of the rows that are made, with the types and annotations of the view that the model was trained on.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>How the model was trained; null for what cannot be saved.</summary>
    internal GenerationMethod? Method => (_generator as DiffusionGenerator)?.Method;

    /// <summary>The same columns as the model knows them, a slot of a vector each for itself: what <see cref="RowConditions"/> can
    /// name.</summary>
    public IReadOnlyList<TableColumn> Columns => _generator.Columns;

    /// <summary>The bound of differential privacy that the model was trained under, and what it was spent on; null where there is
    /// none.</summary>
    public PrivacyStatement? Privacy => (_generator as DiffusionGenerator)?.Privacy;

    /// <summary>What each column was found, or told, to be, with the reason; null in models that looked at no roles, or of earlier
    /// versions.</summary>
    public ColumnRoles? Roles { get; }

    /// <summary>What holds between the cells of every training row, and of every row that is made.</summary>
    public IReadOnlyList<Relation> Relations => _relations?.Relations ?? [];

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>Makes rows as they are read.</summary>
    /// <param name="rowCount">How many, 0 or more; ten million take no more memory than a thousand.</param>
    /// <param name="conditions">What every row must satisfy; null for nothing.</param>
    /// <param name="seed">Seed of the rows; null takes that of the training.</param>
    /// <param name="cancel">Stops cursors of the view within a second.</param>
    /// <returns>A view that makes its rows anew for every cursor, the same ones each time; row i depends on the conditions, the seed and i
    /// alone.</returns>
    /// <exception cref="ArgumentException">A condition names a column or value that is not there, or cannot be satisfied.</exception>
    public IDataView Generate(long rowCount, RowConditions? conditions = null, int? seed = null, CancellationToken cancel = default) =>
        GeneratePart(rowCount, part: 0, parts: 1, conditions, seed, cancel);

    /// <summary>Makes a part of the rows that <see cref="Generate"/> makes, so that several processes or machines can share the
    /// work.</summary>
    /// <param name="rowCount">How many rows all parts have together, 0 or more.</param>
    /// <param name="part">Which part, 0 to <paramref name="parts"/> - 1.</param>
    /// <param name="parts">How many parts, 1 or more.</param>
    /// <param name="conditions">What every row must satisfy; null for nothing.</param>
    /// <param name="seed">Seed of the rows; null takes that of the training.</param>
    /// <param name="cancel">Stops cursors of the view within a second.</param>
    /// <returns>Rows <c>rowCount * part / parts</c> up to <c>rowCount * (part + 1) / parts</c> of <see cref="Generate"/>, cell by cell, keys
    /// included; made anew for every cursor.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part, or a count is negative.</exception>
    /// <exception cref="ArgumentException">A condition names a column or value that is not there, or cannot be satisfied.</exception>
    /// <example>
    /// The second of four parts of a million rows:
    /// <code>
    /// IDataView rows = model.GeneratePart(1_000_000, part: 1, parts: 4, seed: 1);
    /// </code>
    /// </example>
    public IDataView GeneratePart(
        long rowCount, int part, int parts, RowConditions? conditions = null, int? seed = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, parts);
        ulong chosen = seed is { } given ? (uint)given : _seed;
        SyntheticRows rows = Make(RowRange.Of(rowCount, part, parts), conditions, labels: null, chosen, isCached: false, cancel);
        return new SyntheticView(Schema, _viewColumns, rows);
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new AugmentMapper(inputSchema, weight: null);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input;
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (_generator is not DiffusionGenerator model)
            throw new NotSupportedException("SMOTE keeps the training rows and cannot be saved; save the rows that it makes.");
        DiffusionSynthesizeLoader.File.Save(ctx, writer =>
        {
            SchemaFile.Write(writer, Schema);
            foreach (ViewColumn column in _viewColumns)
                column.Write(writer);
            writer.Write(_seed);
            writer.Write(_keepMissing);
            RolesFile.Write(writer, Roles);
        });
        ComponentFile.SaveStream(ctx, ModelStream, model.Save);
        if (_relations is not null)
            ComponentFile.SaveStream(ctx, RelationStream, _relations.Save);
    }

    internal ViewColumn[] ViewColumns => _viewColumns;

    internal static Func<DiffusionGenerator, RelationSet?, Action<string>, DiffusionSynthesizeTransformer> Load(BinaryReader reader)
    {
        DataViewSchema schema = SchemaFile.Read(reader);
        ViewColumn[] columns = [.. schema.Select(_ => ViewColumn.Read(reader))];
        ulong seed = reader.ReadUInt64();
        bool keepMissing = reader.ReadBoolean();
        ColumnRoles? roles = RolesFile.Read(reader);
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Name != schema[i].Name || !columns[i].Type.Equals(schema[i].Type))
                throw FileItems.Damaged($"column {i + 1} is described twice, and differs");
        }

        return (model, relations, warn) =>
        {
            FileItems.RequireSame(columns, model.Columns);
            return new DiffusionSynthesizeTransformer(schema, columns, model, seed, keepMissing, relations, roles, warn);
        };
    }

    /// <summary>Rows with the labels that are wanted.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="label">The label's place in the table: no row lacks it. Null for none.</param>
    /// <param name="cancel">Stops cursors of the rows.</param>
    internal SyntheticRows Make(LabelCounts labels, int? label, CancellationToken cancel) =>
        Make(RowRange.Of(labels.RowCount, 0, 1), conditions: null, labels, _seed, isCached: true, cancel, label);

    private SyntheticRows Make(
        RowRange range, RowConditions? conditions, LabelCounts? labels, ulong seed, bool isCached, CancellationToken cancel,
        int? label = null)
    {
        foreach (ViewColumn column in _viewColumns)
            column.RefuseTooMany(range.Total);
        GenerationConditions resolved = (conditions ?? new RowConditions()).For(_generator.Columns, _viewColumns);
        resolved.KeepMissing = _keepMissing && conditions?.IsComplete != true;
        // A trainer can learn nothing from a row without a label.
        if (label is int labelColumn)
            resolved.Present(labelColumn);
        // So that conditions are refused now and not when the first row is read.
        _generator.GenerateInPortions(0, resolved, seed, cancel: cancel);
        ViewColumn[] owners = RowConditions.OwnersOf(_viewColumns);
        return new SyntheticRows(_generator, resolved, owners, _relations, labels, seed, range, isCached, _warn, cancel);
    }
}
