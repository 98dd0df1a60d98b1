using Microsoft.ML.Diffusion.Models.Categories;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>An imputer of a table with columns of many categories: another imputer fills in their groups, and the other columns decide
/// which category of a group it is.</summary>
internal sealed class GroupedImputer : TableImputer
{
    private readonly ManyCategories _categories;
    private readonly TableImputer _inner;

    /// <param name="categories">The groups.</param>
    /// <param name="inner">Fills in rows with groups.</param>
    public GroupedImputer(ManyCategories categories, TableImputer inner)
        : base(categories.Columns) => (_categories, _inner) = (categories, inner);

    /// <inheritdoc/>
    public override ImputationMethod Method => _inner.Method;

    /// <inheritdoc/>
    public override IReadOnlyList<BlendMember> Members => _inner.Members;

    /// <inheritdoc/>
    public override IReadOnlyList<ImputationScore> Scores => _inner.Scores;

    /// <inheritdoc/>
    public override bool IsCalibrated => _inner.IsCalibrated;

    /// <inheritdoc/>
    public override void Impute(ReadOnlySpan<double> row, Span<double> completed)
    {
        RefuseOtherLength(row, completed);
        double[] grouped = Grouped(row);
        _inner.Impute(grouped, grouped);
        row.CopyTo(completed);
        _categories.Complete(completed, grouped, random: null);
    }

    /// <inheritdoc/>
    public override void Impute(
        ReadOnlySpan<double> row, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9)
    {
        RefuseOtherLength(row, completed);
        RefuseUncertainty(uncertainties, coverage);
        double[] grouped = Grouped(row);
        _inner.Impute(grouped, grouped, uncertainties, coverage);
        row.CopyTo(completed);
        _categories.Complete(completed, grouped, random: null, uncertainties);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> row, Span<double> completed, ulong seed, ulong rowId, int draw = 0)
    {
        RefuseOtherLength(row, completed);
        double[] grouped = Grouped(row);
        _inner.Draw(grouped, grouped, seed, rowId, draw);
        row.CopyTo(completed);
        _categories.Complete(completed, grouped, ManyCategories.ChoicesOf(seed, rowId, draw));
    }

    /// <inheritdoc/>
    protected override void ImputeRows(
        Table table, int start, ReadOnlySpan<ulong> rowIds, ImputationMode mode, ulong seed, int draw, CancellationToken cancel)
    {
        var grouped = new Table(_categories.GroupedColumns, rowIds.Length);
        for (int i = 0; i < rowIds.Length; i++)
        {
            table.Row(start + i).CopyTo(grouped.Row(i));
            _categories.Group(grouped.Row(i));
        }
        _inner.Complete(grouped, rowIds.ToArray(), mode, seed, draw, progress: null, cancel);
        for (int i = 0; i < rowIds.Length; i++)
        {
            Philox? random = mode == ImputationMode.Draw ? ManyCategories.ChoicesOf(seed, rowIds[i], draw) : null;
            _categories.Complete(table.Row(start + i), grouped.Row(i), random);
        }
    }

    /// <summary>Reads what <see cref="SaveMarked"/> wrote behind the mark.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="load">Reads the inner imputer.</param>
    public static GroupedImputer Load(BinaryReader reader, Func<BinaryReader, TableImputer> load)
    {
        TableColumn[] columns = reader.ReadItems(2, "columns", TableColumn.Load);
        var categories = ManyCategories.Load(reader, columns);
        TableImputer inner = load(reader);
        categories.RequireSame(inner.Columns);
        return new GroupedImputer(categories, inner);
    }

    private protected override void SaveMarked(BinaryWriter writer)
    {
        writer.Write(ManyCategories.Mark);
        writer.Write(Columns.Count);
        foreach (TableColumn column in Columns)
            column.Save(writer);
        _categories.Save(writer);
        SaveMarked(_inner, writer);
    }

    private protected override void SaveContent(BinaryWriter writer) => throw new System.Diagnostics.UnreachableException();

    private double[] Grouped(ReadOnlySpan<double> row)
    {
        double[] grouped = row.ToArray();
        _categories.Group(grouped);
        return grouped;
    }
}
