using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Rows while their tokens are drawn, in the buffers of a workspace. What the first layer of the network sums up of a row is kept
/// while the row grows.</summary>
/// <remarks>Sums go through the columns as they stand in the table, so that their bits are those of the whole layer. What is kept is the
/// sum up to some column; what is known behind it is added anew each time the row is asked for, and what changes before it throws it
/// away.</remarks>
internal readonly ref struct DrawnRows
{
    /// <summary>In place of a token: still to be drawn; given, but nothing that the network knows.</summary>
    public const int Unknown = -1, Given = -2;

    // Numbers of a row beside its tokens.
    private const int Others = 3;

    private readonly int _columns;
    private readonly ColumnPredictor? _predictor;
    private readonly Span<int> _tokens;
    private readonly Span<int> _asked;
    private readonly Span<float> _sums;

    // Of each row the columns that are in its sum: the first ones.
    private readonly Span<int> _summed;

    /// <param name="workspace">Its tokens, states and cells are used.</param>
    /// <param name="predictor">The network; null where no column varies.</param>
    /// <param name="columns">The columns that have tokens.</param>
    /// <param name="count">How many rows.</param>
    public DrawnRows(Workspace workspace, ColumnPredictor? predictor, int columns, int count)
    {
        _columns = columns;
        _predictor = predictor;
        Span<int> numbers = workspace.Tokens(count * (columns + Others));
        _tokens = numbers[..(count * columns)];
        numbers = numbers[_tokens.Length..];
        _asked = numbers[..count];
        Labels = numbers.Slice(count, count);
        _summed = numbers[(2 * count)..];
        Slopes = workspace.States(count * columns);
        _sums = workspace.Cells(count * (predictor?.Width ?? 0));
        _tokens.Fill(Unknown);
        Labels.Fill(Unknown);
        _summed.Clear();
        Slopes.Clear();
    }

    /// <summary>How many rows.</summary>
    public int Count => _asked.Length;

    /// <summary>All tokens, row after row; negative where unknown.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>The label that each row was given.</summary>
    public Span<int> Labels { get; }

    /// <summary>Of each number, row after row, the slope within its bin.</summary>
    public Span<float> Slopes { get; }

    /// <summary>The tokens of a row.</summary>
    public ReadOnlySpan<int> this[int row] => _tokens.Slice(row * _columns, _columns);

    /// <summary>Changes a token.</summary>
    public void Set(int row, int column, int token)
    {
        _tokens[(row * _columns) + column] = token;
        if (column < _summed[row])
            _summed[row] = 0;
    }

    /// <summary>The rows in which one of some columns is still to be drawn.</summary>
    public ReadOnlySpan<int> Asked(ReadOnlySpan<int> columns)
    {
        int count = 0;
        for (int row = 0; row < Count; row++)
        {
            bool isAsked = false;
            foreach (int column in columns)
                isAsked |= this[row][column] == Unknown;
            if (isAsked)
                _asked[count++] = row;
        }
        return _asked[..count];
    }

    /// <summary>Sums up what is known of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="next">The column that becomes known next, which is no sooner kept than that.</param>
    /// <param name="sums">Receives the sums.</param>
    public void Sum(int row, int next, Span<float> sums)
    {
        ColumnPredictor predictor = _predictor!;
        Span<float> kept = _sums.Slice(row * sums.Length, sums.Length);
        ref int summed = ref _summed[row];
        if (summed == 0)
            predictor.Start(kept);
        if (summed < next)
        {
            predictor.Add(kept, this[row], summed, next);
            summed = next;
        }
        kept.CopyTo(sums);
        predictor.Add(sums, this[row], summed, _columns);
    }
}
