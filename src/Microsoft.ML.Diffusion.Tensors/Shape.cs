using System.Globalization;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The extents of a tensor of one to four dimensions, the slowest first. Data lie row-major.</summary>
/// <remarks>
/// Every operation sees a tensor as a matrix: <see cref="Columns"/> is the last extent, <see cref="Rows"/> the product of
/// those before it (1 for a tensor of one dimension).
/// </remarks>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int _d0;
    private readonly int _d1;
    private readonly int _d2;
    private readonly int _d3;

    /// <summary>A vector of <paramref name="columns"/> elements.</summary>
    public Shape(int columns)
        : this(1, columns, 0, 0, 0)
    {
    }

    /// <summary>A matrix.</summary>
    public Shape(int rows, int columns)
        : this(2, rows, columns, 0, 0)
    {
    }

    /// <summary>A tensor of three dimensions.</summary>
    public Shape(int d0, int d1, int d2)
        : this(3, d0, d1, d2, 0)
    {
    }

    /// <summary>A tensor of four dimensions.</summary>
    public Shape(int d0, int d1, int d2, int d3)
        : this(4, d0, d1, d2, d3)
    {
    }

    private Shape(int rank, int d0, int d1, int d2, int d3)
    {
        (Rank, _d0, _d1, _d2, _d3) = (rank, d0, d1, d2, d3);
        if (rank > 2 || (d0 | d1) < 0 || (rank == 2 && (long)d0 * d1 > int.MaxValue))
            Check();
    }

    /// <summary>The number of dimensions: 1 to 4, or 0 for the default value, which is no shape.</summary>
    public int Rank { get; }

    /// <summary>The product of all extents.</summary>
    public int Count => Rows * Columns;

    // Operations on single rows take less time than a loop over the extents would.

    /// <summary>The last extent.</summary>
    public int Columns => Rank switch { 0 => 0, 1 => _d0, 2 => _d1, 3 => _d2, _ => _d3 };

    /// <summary>The product of all extents but the last.</summary>
    public int Rows => Rank switch { < 2 => 1, 2 => _d0, 3 => _d0 * _d1, _ => _d0 * _d1 * _d2 };

    /// <summary>The extent of a dimension.</summary>
    /// <param name="dimension">0 for the slowest.</param>
    public int this[int dimension]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)dimension, (uint)Rank, nameof(dimension));
            return dimension switch { 0 => _d0, 1 => _d1, 2 => _d2, _ => _d3 };
        }
    }

    /// <summary>The same shape with another last extent.</summary>
    public Shape WithColumns(int columns) => Rank switch
    {
        1 => new Shape(columns),
        2 => new Shape(_d0, columns),
        3 => new Shape(_d0, _d1, columns),
        _ => new Shape(_d0, _d1, _d2, columns),
    };

    /// <inheritdoc/>
    public bool Equals(Shape other) =>
        Rank == other.Rank && _d0 == other._d0 && _d1 == other._d1 && _d2 == other._d2 && _d3 == other._d3;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, _d0, _d1, _d2, _d3);

    /// <summary>The extents joined by "x", such as 64x16.</summary>
    public override string ToString()
    {
        Shape shape = this;
        return string.Join('x', Enumerable.Range(0, Rank).Select(i => shape[i].ToString(CultureInfo.InvariantCulture)));
    }

    private void Check()
    {
        long count = 1;
        for (int i = 0; i < Rank; i++)
        {
            Guard.Require(this[i] >= 0, $"An extent is {this[i]}, and must not be negative.");
            count *= this[i];
        }

        Guard.Require(count <= int.MaxValue, $"A tensor of {count} elements is larger than the {int.MaxValue} that one may have.");
    }

    /// <summary>Whether two shapes are the same.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
