using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>An imputer of encoded rows: an encoder, and what was trained on the rows that it encoded.</summary>
internal sealed class TrainedImputer : TableImputer
{
    // Rows are filled on many threads at once, each on its own; an engine that splits work further would only get in the way.
    private static readonly ManagedEngine s_engine = new(threads: 1);

    private readonly TableEncoder _encoder;
    private readonly ImputationSampler? _sampler;
    private readonly ConcurrentBag<Workspace> _workspaces = [];

    /// <param name="method">How it was trained.</param>
    /// <param name="encoder">The columns.</param>
    /// <param name="sampler">What was trained; null where no column varies.</param>
    public TrainedImputer(ImputationMethod method, TableEncoder encoder, ImputationSampler? sampler)
        : base(encoder.Columns)
    {
        (Method, _encoder, _sampler) = (method, encoder, sampler);
    }

    /// <inheritdoc/>
    public override ImputationMethod Method { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<BlendMember> Members => _sampler?.Members ?? [];

    /// <inheritdoc/>
    public override IReadOnlyList<ImputationScore> Scores => _sampler?.Scores ?? [];

    /// <inheritdoc/>
    public override bool IsCalibrated => _sampler?.IsCalibrated ?? Method.Can(ImputationAbilities.Uncertainty);

    /// <inheritdoc/>
    public override bool CanDraw => _sampler?.CanDraw ?? true;

    /// <inheritdoc/>
    public override void Impute(ReadOnlySpan<double> row, Span<double> completed)
    {
        RefuseOtherLength(row, completed);
        Workspace workspace = Rent();
        Span<float> cells = workspace.Cells(_encoder.Encoded.Count);
        if (Encode(row, cells))
            _sampler?.Expect(cells, 1, workspace);
        _encoder.Complete(row, cells, completed);
        _workspaces.Add(workspace);
    }

    /// <inheritdoc/>
    public override void Impute(
        ReadOnlySpan<double> row, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9)
    {
        RefuseOtherLength(row, completed);
        RefuseUncertainty(uncertainties, coverage);
        Workspace workspace = Rent();
        Span<float> cells = workspace.Cells(_encoder.Encoded.Count);
        Span<CellUncertainty> encoded = workspace.Uncertainties(_encoder.Encoded.Count);
        encoded.Fill(CellUncertainty.Unknown);
        if (Encode(row, cells) && _sampler is not null)
        {
            if (IsCalibrated)
                _sampler.Expect(cells, encoded, coverage, workspace);
            else
                _sampler.Expect(cells, 1, workspace);
        }
        _encoder.Complete(row, cells, encoded, uncertainties);
        _encoder.Complete(row, cells, completed);
        _workspaces.Add(workspace);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> row, Span<double> completed, ulong seed, ulong rowId, int draw = 0)
    {
        RefuseOtherLength(row, completed);
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        Workspace workspace = Rent();
        Span<float> cells = workspace.Cells(_encoder.Encoded.Count);
        if (Encode(row, cells))
            _sampler?.Draw(cells, [rowId], seed, draw, workspace);
        _encoder.Complete(row, cells, completed, _sampler?.DrawnNumbers);
        _workspaces.Add(workspace);
    }

    /// <inheritdoc/>
    protected override void ImputeRows(
        Table table, int start, ReadOnlySpan<ulong> rowIds, ImputationMode mode, ulong seed, int draw, CancellationToken cancel)
    {
        if (mode == ImputationMode.Expectation)
        {
            GuessRows(table, start, rowIds.Length, shares: null, cancel);
            return;
        }
        Workspace workspace = Rent();
        int width = _encoder.Encoded.Count;
        Span<float> cells = workspace.Cells(rowIds.Length * width);
        Span<ulong> ids = workspace.Ids(rowIds.Length);
        Span<int> rows = stackalloc int[rowIds.Length];
        int incomplete = Encode(table, start, rowIds.Length, cells, rows);
        for (int i = 0; i < incomplete; i++)
            ids[i] = rowIds[rows[i] - start];
        cells = cells[..(incomplete * width)];
        if (incomplete > 0)
            _sampler?.Draw(cells, ids[..incomplete], seed, draw, workspace, cancel);
        for (int i = 0; i < incomplete; i++)
            _encoder.Complete(table.Row(rows[i]), cells.Slice(i * width, width), table.Row(rows[i]), _sampler?.DrawnNumbers);
        _workspaces.Add(workspace);
    }

    /// <inheritdoc/>
    internal override void Guess(Table rows, CategoryShares shares, CancellationToken cancel)
    {
        for (int start = 0; start < rows.RowCount; start += RowsPerTask)
            GuessRows(rows, start, Math.Min(RowsPerTask, rows.RowCount - start), shares, cancel);
    }

    private void GuessRows(Table table, int start, int count, CategoryShares? shares, CancellationToken cancel)
    {
        Workspace workspace = Rent();
        int width = _encoder.Encoded.Count;
        Span<float> cells = workspace.Cells(count * width);
        Span<int> rows = stackalloc int[count];
        int incomplete = Encode(table, start, count, cells, rows);
        cells = cells[..(incomplete * width)];
        float[] slots = shares is null || _sampler is null ? [] : new float[incomplete * _encoder.SlotCount];
        if (incomplete > 0)
            _sampler?.Expect(cells, incomplete, slots, workspace, cancel);
        for (int i = 0; i < incomplete; i++)
        {
            if (slots.Length > 0)
                _encoder.Complete(table.Row(rows[i]), slots.AsSpan(i * _encoder.SlotCount, _encoder.SlotCount), shares!, rows[i]);
            _encoder.Complete(table.Row(rows[i]), cells.Slice(i * width, width), table.Row(rows[i]));
        }
        _workspaces.Add(workspace);
    }

    /// <summary>Encodes rows of which a cell is missing, and completes the others.</summary>
    /// <returns>How many are incomplete; <paramref name="rows"/> receives which.</returns>
    private int Encode(Table table, int start, int count, Span<float> cells, Span<int> rows)
    {
        int width = _encoder.Encoded.Count, incomplete = 0;
        for (int i = 0; i < count; i++)
        {
            Span<double> row = table.Row(start + i);
            if (Encode(row, cells.Slice(incomplete * width, width)))
                rows[incomplete++] = start + i;
            else
                _encoder.Complete(row, cells.Slice(incomplete * width, width), row);
        }
        return incomplete;
    }

    /// <summary>Fills the missing cells of some rows of a table by draws, as <see cref="Draw"/> does with draw 0.</summary>
    /// <param name="table">The table to fill.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="firstId">The id of the first row; the others follow.</param>
    /// <param name="cancel">Looked at every few milliseconds.</param>
    public void DrawRows(Table table, int start, int count, ulong seed, ulong firstId, CancellationToken cancel)
    {
        Workspace workspace = Rent();
        int width = _encoder.Encoded.Count;
        Span<float> cells = workspace.Cells(count * width);
        Span<ulong> rowIds = workspace.Ids(count);
        for (int row = 0; row < count; row++)
        {
            Encode(table.Row(start + row), cells.Slice(row * width, width));
            rowIds[row] = firstId + (ulong)row;
        }
        _sampler?.Draw(cells, rowIds, seed, draw: 0, workspace, cancel);
        for (int row = 0; row < count; row++)
            _encoder.Complete(table.Row(start + row), cells.Slice(row * width, width), table.Row(start + row));
        _workspaces.Add(workspace);
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        _encoder.Save(writer);
        writer.Write(_sampler is not null);
        _sampler?.Save(writer);
    }

    private Workspace Rent() => _workspaces.TryTake(out Workspace? workspace) ? workspace : new Workspace(s_engine);

    /// <summary>Encodes a row; false when no encoded cell is missing, so that there is nothing to predict.</summary>
    private bool Encode(ReadOnlySpan<double> row, Span<float> cells)
    {
        _encoder.Encode(row, cells);
        foreach (float cell in cells)
        {
            if (float.IsNaN(cell))
                return true;
        }
        return false;
    }
}
