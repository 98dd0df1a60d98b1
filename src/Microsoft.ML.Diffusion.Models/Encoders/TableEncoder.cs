using System.Diagnostics;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Turns rows of a table into rows of float cells and back: numbers scaled, categories numbered from 0, NaN where
/// missing. Fitted on observed cells only.</summary>
/// <remarks>
/// Only columns that vary are encoded. A column whose observed cells are all the same is completed with that value; one
/// without observed cells stays missing. Categories that were never observed are not learned. Methods learn a column of more than
/// <see cref="MostCategories"/> as groups of categories, so that an encoder never meets one.
/// </remarks>
public sealed class TableEncoder
{
    /// <summary>The most categories of one column that an encoder takes.</summary>
    public const int MostCategories = 256;

    // What a table column that is not encoded is completed with.
    private readonly double[] _constants;
    private readonly EncodedColumn[] _encoded;
    private readonly ColumnGroups?[] _groups;

    private TableEncoder(IReadOnlyList<TableColumn> columns, double[] constants, EncodedColumn[] encoded)
    {
        Columns = columns;
        _constants = constants;
        _encoded = encoded;
        SlotCount = encoded.Sum(column => column.SlotCount);
        _groups = Array.ConvertAll(
            encoded, column => column.Scaler is null ? new ColumnGroups((column.FirstSlot, column.SlotCount)) : null);
        CategoryGroups = new ColumnGroups([.. encoded.Where(column => column.Scaler is null).Select(column => (column.FirstSlot, column.SlotCount))]);
    }

    /// <summary>The columns of the table.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The columns that are encoded, in the table's order; an encoded row has one cell for each.</summary>
    public IReadOnlyList<EncodedColumn> Encoded => _encoded;

    /// <summary>The number of slots of all encoded columns together: one for a number, one for each category.</summary>
    public int SlotCount { get; }

    /// <summary>The slots of each categorical column.</summary>
    public ColumnGroups CategoryGroups { get; }

    /// <summary>The slots of one encoded column; null where it holds numbers.</summary>
    internal ColumnGroups? GroupOf(int column) => _groups[column];

    /// <summary>Fits an encoder on the observed cells of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="scaling">How numbers are scaled.</param>
    /// <param name="warnings">Receives a sentence for every column that cannot be learned.</param>
    /// <exception cref="InvalidDataException">A column has more than <see cref="MostCategories"/> observed categories.</exception>
    public static TableEncoder Fit(Table table, NumericScaling scaling, ICollection<string>? warnings = null) =>
        Fit((ITableRows)(table ?? throw new ArgumentNullException(nameof(table))), scaling, warnings);

    /// <param name="table">The rows.</param>
    /// <param name="scaling">How numbers are scaled.</param>
    /// <param name="warnings">Receives a sentence for every column that cannot be learned.</param>
    /// <param name="leftOut">A column that is not encoded, and stays missing; null for none.</param>
    /// <param name="cancel">Looked at for every column.</param>
    internal static TableEncoder Fit(
        ITableRows table, NumericScaling scaling, ICollection<string>? warnings = null, int? leftOut = null, CancellationToken cancel = default)
    {
        double[] constants = new double[table.Columns.Count];
        List<EncodedColumn> encoded = [];
        int slot = 0;
        for (int i = 0; i < constants.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            int source = i;
            if (i == leftOut)
            {
                constants[i] = double.NaN;
                continue;
            }
            TableColumn column = table.Columns[i];
            ColumnSummary summary = ColumnSummary.Of(table, i);
            constants[i] = summary.BestGuess;
            if (summary.Observed == 0)
                warnings?.Add($"Column '{column.Name}' has no observed value; its missing cells stay missing.");
            if (summary.Observed == 0 || summary.IsConstant)
                continue;
            encoded.Add(column.Kind == ColumnKind.Numeric
                ? new EncodedColumn(i, slot, NumericScaler.Fit(scaling, summary, () => Observed(table, source)))
                : new EncodedColumn(i, slot, ObservedCodes(column, summary)));
            slot += encoded[^1].SlotCount;
        }
        return new TableEncoder(table.Columns, constants, [.. encoded]);
    }

    /// <summary>A logarithmic scaling of a column that has a linear one, where either may be better; null elsewhere.</summary>
    /// <param name="table">The rows that the encoder was fitted on.</param>
    /// <param name="column">An encoded column.</param>
    internal LogScaler? OpenLogarithm(ITableRows table, int column) =>
        _encoded[column].Scaler is { IsLinear: true } ? LogScaler.FitWhereOpen(Observed(table, _encoded[column].Source)) : null;

    /// <summary>The same encoder with another scaling of one column.</summary>
    internal TableEncoder With(int column, NumericScaler scaler)
    {
        EncodedColumn[] encoded = [.. _encoded];
        encoded[column] = new EncodedColumn(encoded[column].Source, encoded[column].FirstSlot, scaler);
        return new TableEncoder(Columns, _constants, encoded);
    }

    /// <summary>Encodes a row.</summary>
    /// <param name="row">One value per column of the table.</param>
    /// <param name="cells">Receives one cell per encoded column: the scaled number, the number of the category, or NaN.</param>
    public void Encode(ReadOnlySpan<double> row, Span<float> cells)
    {
        for (int i = 0; i < _encoded.Length; i++)
        {
            EncodedColumn column = _encoded[i];
            double value = row[column.Source];
            if (double.IsNaN(value))
            {
                cells[i] = float.NaN;
            }
            else if (column.Scaler is { } scaler)
            {
                cells[i] = scaler.Scale(value);
            }
            else
            {
                int category = value == (int)value ? Array.BinarySearch(column.Codes, (int)value) : -1;
                cells[i] = category < 0 ? float.NaN : category;
            }
        }
    }

    /// <summary>Writes the known cells of a row into its slots; 0, the mean of standardised numbers, everywhere else.</summary>
    /// <param name="cells">One cell per encoded column; NaN where it is missing.</param>
    /// <param name="slots">Receives the row's slots.</param>
    internal void WriteKnown(ReadOnlySpan<float> cells, Span<float> slots)
    {
        slots.Clear();
        for (int i = 0; i < cells.Length; i++)
        {
            EncodedColumn column = _encoded[i];
            if (float.IsNaN(cells[i]))
                continue;
            if (column.Scaler is null)
                slots[column.FirstSlot + (int)cells[i]] = 1;
            else
                slots[column.FirstSlot] = cells[i];
        }
    }

    /// <summary>Completes a row: cells that are not NaN are copied bit for bit, the others decoded.</summary>
    /// <param name="row">One value per column of the table.</param>
    /// <param name="cells">One cell per encoded column; only those of missing values are read.</param>
    /// <param name="completed">Receives the completed row; may be the same memory as <paramref name="row"/>.</param>
    public void Complete(ReadOnlySpan<double> row, ReadOnlySpan<float> cells, Span<double> completed) =>
        Complete(row, cells, completed, numbers: null);

    /// <param name="row">One value per column of the table.</param>
    /// <param name="cells">One cell per encoded column; only those of missing values are read.</param>
    /// <param name="completed">Receives the completed row; may be the same memory as <paramref name="row"/>.</param>
    /// <param name="numbers">The numbers that cells may have; null for any.</param>
    internal void Complete(ReadOnlySpan<double> row, ReadOnlySpan<float> cells, Span<double> completed, ObservedNumbers? numbers)
    {
        int next = 0;
        for (int i = 0; i < row.Length; i++)
        {
            EncodedColumn? column = next < _encoded.Length && _encoded[next].Source == i ? _encoded[next] : null;
            if (!double.IsNaN(row[i]))
                completed[i] = row[i];
            else if (column is null)
                completed[i] = _constants[i];
            else
                completed[i] = Decode(column, next, cells[next], numbers);
            if (column is not null)
                next++;
        }
    }

    private static double Decode(EncodedColumn column, int place, float cell, ObservedNumbers? numbers)
    {
        if (column.Scaler is not { } scaler)
            return column.Codes[(int)cell];
        return numbers?.Number(place, cell) ?? scaler.Unscale(cell);
    }

    /// <summary>Tells in the table's units how sure the cells of a row are.</summary>
    /// <param name="row">One value per column of the table.</param>
    /// <param name="cells">One completed cell per encoded column.</param>
    /// <param name="encoded">The same for each, in scaled units; only those of missing values are read.</param>
    /// <param name="uncertainties">Receives one per column of the table.</param>
    internal void Complete(ReadOnlySpan<double> row, ReadOnlySpan<float> cells, ReadOnlySpan<CellUncertainty> encoded, Span<CellUncertainty> uncertainties)
    {
        int next = 0;
        for (int i = 0; i < row.Length; i++)
        {
            EncodedColumn? column = next < _encoded.Length && _encoded[next].Source == i ? _encoded[next] : null;
            double certain = double.IsNaN(row[i]) && column is null ? _constants[i] : row[i];
            if (!double.IsNaN(certain))
                uncertainties[i] = Columns[i].Kind == ColumnKind.Numeric ? CellUncertainty.OfNumber(certain, certain, 0) : CellUncertainty.OfCategory(1);
            else if (column is null)
                uncertainties[i] = CellUncertainty.Unknown;
            else
                uncertainties[i] = column.Scaler is { } scaler ? Unscale(scaler, cells[next], encoded[next]) : encoded[next];
            if (column is not null)
                next++;
        }
    }

    /// <summary>Tells how probable the categories of the missing cells of a row are.</summary>
    /// <param name="row">One value per column of the table.</param>
    /// <param name="slots">The row's slots, in which categories have probabilities.</param>
    /// <param name="shares">Receives those of the columns that are asked for.</param>
    /// <param name="place">The row's place in it.</param>
    internal void Complete(ReadOnlySpan<double> row, ReadOnlySpan<float> slots, CategoryShares shares, int place)
    {
        for (int index = 0; index < shares.Places.Count; index++)
        {
            int source = shares.Places[index];
            EncodedColumn? column = Array.Find(_encoded, column => column.Source == source);
            if (column is null || !double.IsNaN(row[source]) || float.IsNaN(slots[column.FirstSlot]))
                continue;
            Span<float> own = shares.Of(place, index);
            own.Clear();
            for (int i = 0; i < column.Codes.Length; i++)
                own[column.Codes[i]] = slots[column.FirstSlot + i];
        }
    }

    private static CellUncertainty Unscale(NumericScaler scaler, float guess, CellUncertainty scaled) => CellUncertainty.OfNumber(
        scaler.Unscale((float)scaled.Lower), scaler.Unscale((float)scaled.Upper), scaler.UnscaleDeviation(guess, scaled.StandardDeviation));

    /// <summary>Encodes all rows of a table.</summary>
    /// <param name="table">A table with the columns of <see cref="Columns"/>.</param>
    public EncodedRows Encode(Table table) => Encode((ITableRows)(table ?? throw new ArgumentNullException(nameof(table))));

    /// <param name="table">Rows with the columns of <see cref="Columns"/>.</param>
    internal EncodedRows Encode(ITableRows table)
    {
        EncodedRows rows = new(this, table.RowCount);
        double[] values = new double[Columns.Count];
        for (int row = 0; row < table.RowCount; row++)
        {
            table.Read(row, values);
            Encode(values, rows.Row(row));
        }
        return rows;
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Columns.Count);
        for (int i = 0; i < Columns.Count; i++)
        {
            Columns[i].Save(writer);
            writer.Write(_constants[i]);
        }
        writer.Write(Encoded.Count);
        foreach (EncodedColumn column in Encoded)
        {
            writer.Write(column.Source);
            if (column.Scaler is { } scaler)
            {
                scaler.Save(writer);
            }
            else
            {
                writer.Write(column.Categories);
                foreach (int code in column.Codes)
                    writer.Write(code);
            }
        }
    }

    internal static TableEncoder Load(BinaryReader reader)
    {
        (TableColumn[] columns, double[] constants) = ReadColumns(reader);
        int slot = 0, last = -1;
        EncodedColumn[] encoded = reader.ReadItems(2 * sizeof(int), "learned columns", reader =>
        {
            int source = reader.ReadPlace(columns.Length, "a learned column");
            CheckedReading.Require(source > last, "the learned columns are not in order");
            last = source;
            EncodedColumn column = columns[source].Kind == ColumnKind.Numeric
                ? new EncodedColumn(source, slot, NumericScaler.Load(reader))
                : new EncodedColumn(source, slot, reader.ReadAscendingPlaces(columns[source].Categories.Count, "categories"));
            CheckedReading.Require(
                column.SlotCount is > 0 and <= MostCategories,
                $"column '{CheckedReading.Shown(columns[source].Name)}' has an impossible number of categories");
            slot += column.SlotCount;
            return column;
        });
        return new TableEncoder(columns, constants, encoded);
    }

    /// <summary>Reads columns, and what each holds where it is the same in every row.</summary>
    internal static (TableColumn[] Columns, double[] Constants) ReadColumns(BinaryReader reader)
    {
        (TableColumn Column, double Constant)[] columns = reader.ReadItems(
            2 + sizeof(double), "columns", static reader => (TableColumn.Load(reader), reader.ReadDouble()));
        foreach ((TableColumn column, double constant) in columns)
        {
            bool isSound = double.IsNaN(constant) || (column.Holds(constant) && double.IsFinite(constant));
            CheckedReading.Require(isSound, $"column '{CheckedReading.Shown(column.Name)}' cannot hold {constant}");
        }
        return ([.. columns.Select(pair => pair.Column)], [.. columns.Select(pair => pair.Constant)]);
    }

    private static double[] Observed(ITableRows table, int column)
    {
        // No list that grows: a table may have thousands of columns.
        double[] values = new double[table.RowCount];
        int count = 0;
        for (int row = 0; row < values.Length; row++)
        {
            double value = table[row, column];
            if (!double.IsNaN(value))
                values[count++] = value;
        }
        return count == values.Length ? values : values[..count];
    }

    private static int[] ObservedCodes(TableColumn column, ColumnSummary summary)
    {
        double[] frequencies = summary.Frequencies ?? throw new UnreachableException();
        int[] observed = [.. Enumerable.Range(0, frequencies.Length).Where(code => frequencies[code] > 0)];
        return observed.Length <= MostCategories ? observed : throw new InvalidDataException(
            $"Column '{column.Name}' has {observed.Length} categories; an encoder takes at most {MostCategories}.");
    }
}
