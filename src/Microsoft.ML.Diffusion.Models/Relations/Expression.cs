using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>A term over the cells of a row: a number, a cell, or two terms with + - * / between them.</summary>
internal sealed class Expression
{
    private const char ConstantSign = '#', CellSign = 'c';

    // A sum of as many columns as are searched lies as deep as it has terms; more is nothing that was saved.
    private const int DeepestNesting = RelationSearch.MostColumns + 4;

    private readonly char _sign;
    private readonly double _number;
    private readonly int _column;
    private readonly Expression? _left, _right;

    private Expression(char sign, double number, int column, Expression? left, Expression? right)
    {
        (_sign, _number, _column, _left, _right) = (sign, number, column, left, right);
        Depth = 1 + Math.Max(left?.Depth ?? 0, right?.Depth ?? 0);
    }

    /// <summary>How many terms lie one in another.</summary>
    public int Depth { get; }

    /// <summary>The column, where the term is one cell and nothing else; otherwise -1.</summary>
    public int Column => _sign == CellSign ? _column : -1;

    public static Expression Constant(double number) => new(ConstantSign, number, -1, null, null);

    public static Expression Cell(int column) => new(CellSign, 0, column, null, null);

    public static Expression Of(char sign, Expression left, Expression right) => new(sign, 0, -1, left, right);

    /// <summary>How often a column occurs.</summary>
    public int Count(int column) => _sign switch
    {
        ConstantSign => 0,
        CellSign => _column == column ? 1 : 0,
        _ => _left!.Count(column) + _right!.Count(column),
    };

    /// <summary>Adds the columns that occur.</summary>
    public void Collect(SortedSet<int> columns)
    {
        if (_sign == CellSign)
            columns.Add(_column);
        _left?.Collect(columns);
        _right?.Collect(columns);
    }

    public double Evaluate(ReadOnlySpan<double> row) => _sign switch
    {
        ConstantSign => _number,
        CellSign => row[_column],
        '+' => _left!.Evaluate(row) + _right!.Evaluate(row),
        '-' => _left!.Evaluate(row) - _right!.Evaluate(row),
        '*' => _left!.Evaluate(row) * _right!.Evaluate(row),
        _ => _left!.Evaluate(row) / _right!.Evaluate(row),
    };

    /// <summary>What the cell of a column that occurs once must be for the term to have a value; not finite where there is none.</summary>
    public double Solve(int column, double value, ReadOnlySpan<double> row)
    {
        if (_sign == CellSign)
            return value;
        if (_left!.Count(column) > 0)
        {
            double right = _right!.Evaluate(row);
            return _left.Solve(column, _sign switch
            {
                '+' => value - right,
                '-' => value + right,
                '*' => value / right,
                _ =>
                value * right
            }, row);
        }
        double left = _left.Evaluate(row);
        return _right!.Solve(column, _sign switch { '+' => value - left, '-' => left - value, '*' => value / left, _ => left / value },
            row);
    }

    public string Format(IReadOnlyList<TableColumn> columns) => _sign switch
    {
        ConstantSign => RelationText.Number(_number),
        CellSign => RelationText.Name(columns[_column].Name),
        _ => $"{Inner(_left!, columns, isRight: false)} {_sign} {Inner(_right!, columns, isRight: true)}",
    };

    public void Save(BinaryWriter writer)
    {
        writer.Write((byte)_sign);
        if (_sign == ConstantSign)
            writer.Write(_number);
        else if (_sign == CellSign)
            writer.Write(_column);
        _left?.Save(writer);
        _right?.Save(writer);
    }

    public static Expression Load(BinaryReader reader, int columns, int depth = 0)
    {
        if (depth > DeepestNesting)
            throw new InvalidDataException("The saved relations are damaged: a formula is nested too deeply.");
        char sign = (char)reader.ReadByte();
        switch (sign)
        {
            case ConstantSign:
                double number = reader.ReadDouble();
                return double.IsFinite(number) ? Constant(number)
                    : throw new InvalidDataException("The saved relations are damaged: a number is not finite.");
            case CellSign:
                int column = reader.ReadInt32();
                return (uint)column < (uint)columns ? Cell(column)
                    : throw new InvalidDataException("The saved relations are damaged: they name a column that is not there.");
            case '+' or '-' or '*' or '/':
                Expression left = Load(reader, columns, depth + 1);
                return Of(sign, left, Load(reader, columns, depth + 1));
            default:
                throw new InvalidDataException("The saved relations are damaged: a formula has an unknown sign.");
        }
    }

    private string Inner(Expression inner, IReadOnlyList<TableColumn> columns, bool isRight)
    {
        bool isSum = inner._sign is '+' or '-';
        bool needsParentheses = _sign is '*' or '/'
            ? isSum || (isRight && inner._sign is '*' or '/' && isRight)
            : isRight && isSum;
        string text = inner.Format(columns);
        return needsParentheses ? $"({text})" : text;
    }
}
