using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Reads rules such as <c>total = price * qty</c>, <c>`first day` &lt;= [last day]</c>, <c>city -> state</c>.</summary>
internal sealed class RuleParser(string rule, IReadOnlyList<TableColumn> columns)
{
    private const int DeepestNesting = 50;

    private static readonly (string Sign, Comparison Comparison)[] s_comparisons =
    [
        ("<=", Comparison.LessOrEqual), (">=", Comparison.GreaterOrEqual), ("==", Comparison.Equal),
        ("<", Comparison.Less), (">", Comparison.Greater), ("=", Comparison.Equal),
    ];

    // The longest name first, so that end-date is not read as end minus date.
    private readonly int[] _byLength = [.. Enumerable.Range(0, columns.Count).OrderByDescending(i => columns[i].Name.Length)];
    private int _place;

    /// <exception cref="FormatException">The rule cannot be read.</exception>
    public ParsedRule Parse()
    {
        Expression left = Sum(0);
        Skip();
        if (Take("->"))
        {
            int to = Name();
            if (left.Column < 0)
                throw Wrong(0, "one column before '->'");
            if (to == left.Column)
                throw Wrong(_place, "another column behind '->'");
            End();
            return new ParsedRule(null, default, null, left.Column, to);
        }
        foreach ((string sign, Comparison comparison) in s_comparisons)
        {
            if (!Take(sign))
                continue;
            Expression right = Sum(0);
            End();
            SortedSet<int> used = [];
            left.Collect(used);
            right.Collect(used);
            if (used.Count == 0)
                throw Wrong(0, "a rule with the name of a column");
            foreach (int column in used)
            {
                if (columns[column].Kind == ColumnKind.Categorical)
                    throw new FormatException(
                        $"The rule '{rule}' computes with column '{columns[column].Name}', which holds categories; "
                        + "it may stand beside '->' only.");
            }
            return new ParsedRule(left, comparison, right);
        }
        throw Wrong(_place, "<=, <, >=, >, = or ->");
    }

    private Expression Sum(int depth)
    {
        Expression sum = Product(depth);
        while (true)
        {
            Skip();
            if (Rest.StartsWith("->", StringComparison.Ordinal))
                return sum;
            if (Take("+"))
                sum = Expression.Of('+', sum, Product(depth));
            else if (Take("-"))
                sum = Expression.Of('-', sum, Product(depth));
            else
                return sum;
            RefuseDepth(sum.Depth);
        }
    }

    private Expression Product(int depth)
    {
        Expression product = Factor(depth);
        while (true)
        {
            if (Take("*"))
                product = Expression.Of('*', product, Factor(depth));
            else if (Take("/"))
                product = Expression.Of('/', product, Factor(depth));
            else
                return product;
            RefuseDepth(product.Depth);
        }
    }

    private Expression Factor(int depth)
    {
        RefuseDepth(depth);
        if (Take("("))
        {
            Expression inner = Sum(depth + 1);
            return Take(")") ? inner : throw Wrong(_place, "')'");
        }
        if (!Rest.StartsWith("->", StringComparison.Ordinal) && Take("-"))
            return Factor(depth + 1) is var negated && Number(negated) is { } constant
                ? Expression.Constant(-constant)
                : Expression.Of('-', Expression.Constant(0), negated);
        Skip();
        return Rest.Length > 0 && (char.IsAsciiDigit(Rest[0]) || Rest[0] == '.') && NamedHere() < 0 ? Constant() : Expression.Cell(Name());
    }

    private static double? Number(Expression expression)
    {
        SortedSet<int> used = [];
        expression.Collect(used);
        return used.Count == 0 && expression.Depth == 1 ? expression.Evaluate([]) : null;
    }

    private Expression Constant()
    {
        int end = _place;
        while (end < rule.Length && (char.IsAsciiDigit(rule[end]) || rule[end] == '.'
            || (rule[end] is 'e' or 'E' && end + 1 < rule.Length && (char.IsAsciiDigit(rule[end + 1]) || rule[end + 1] is '-' or '+'))
            || (rule[end] is '-' or '+' && rule[end - 1] is 'e' or 'E')))
            end++;
        if (!double.TryParse(rule.AsSpan(_place, end - _place), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || !double.IsFinite(number))
            throw Wrong(_place, "a number");
        _place = end;
        return Expression.Constant(number);
    }

    private int Name()
    {
        Skip();
        if (Rest.Length == 0)
            throw Wrong(_place, "the name of a column");
        char close = Rest[0] switch { '`' => '`', '[' => ']', _ => '\0' };
        if (close == '\0')
        {
            int here = NamedHere();
            if (here < 0)
                throw Unknown(Word());
            _place += columns[here].Name.Length;
            return here;
        }
        int end = rule.IndexOf(close, _place + 1);
        if (end < 0)
            throw Wrong(rule.Length, $"'{close}'");
        string name = rule[(_place + 1)..end];
        int column = Enumerable.Range(0, columns.Count).FirstOrDefault(i => columns[i].Name == name, -1);
        if (column < 0)
            throw Unknown(name);
        _place = end + 1;
        return column;
    }

    // The column whose name stands at this place and ends there.
    private int NamedHere()
    {
        foreach (int i in _byLength)
        {
            string name = columns[i].Name;
            if (name.Length == 0 || !Rest.StartsWith(name, StringComparison.Ordinal))
                continue;
            if (Rest.Length == name.Length || !IsWord(Rest[name.Length]) || !IsWord(name[^1]))
                return i;
        }
        return -1;
    }

    private string Word()
    {
        int end = _place;
        while (end < rule.Length && (IsWord(rule[end]) || rule[end] is '.' or '-' && end + 1 < rule.Length && IsWord(rule[end + 1])))
            end++;
        return rule[_place..end];
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private ReadOnlySpan<char> Rest => rule.AsSpan(_place);

    private void Skip()
    {
        while (_place < rule.Length && char.IsWhiteSpace(rule[_place]))
            _place++;
    }

    private bool Take(string sign)
    {
        Skip();
        if (!Rest.StartsWith(sign, StringComparison.Ordinal))
            return false;
        _place += sign.Length;
        return true;
    }

    private void End()
    {
        Skip();
        if (_place < rule.Length)
            throw Wrong(_place, "the end of the rule");
    }

    private void RefuseDepth(int depth)
    {
        if (depth > DeepestNesting)
            throw Wrong(_place, $"at most {DeepestNesting} terms in one formula");
    }

    private FormatException Wrong(int place, string expected)
    {
        string found = place < rule.Length ? $"'{rule[place]}'" : "the end";
        return new FormatException(
            $"The rule '{rule}' cannot be read: {expected} was expected at character {place + 1}, and {found} is there.");
    }

    private FormatException Unknown(string name)
    {
        if (name.Length == 0)
            return Wrong(_place, "the name of a column");
        string[] near = [.. columns.Select(column => column.Name)
            .Select(known => (Name: known, Distance: Distance(known.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(known => known.Distance <= Math.Max(2, name.Length / 3))
            .OrderBy(known => known.Distance).ThenBy(known => known.Name, StringComparer.Ordinal).Take(3).Select(known => known.Name)];
        string ask = near.Length == 0 ? "." : $"; did you mean {string.Join(" or ", near)}?";
        return new FormatException($"The rule '{rule}' names '{name}' at character {_place + 1}, and there is no such column{ask}");
    }

    // Levenshtein's distance.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[b.Length];
    }
}
