using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>--name value pairs; --set-NAME VALUE sets an option of the model.</summary>
internal sealed class Arguments(string[] arguments)
{
    public bool Has(string name) => arguments.Contains("--" + name, StringComparer.Ordinal);

    public string Value(string name, string otherwise)
    {
        int place = Array.IndexOf(arguments, "--" + name);
        return place >= 0 && place + 1 < arguments.Length ? arguments[place + 1] : otherwise;
    }

    public string[] List(string name, string otherwise) => Value(name, otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries);

    public void Set(object options)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties())
        {
            if (Value("set-" + property.Name, "") is not { Length: > 0 } text)
                continue;
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            object value = type.IsEnum ? Enum.Parse(type, text)
                : type == typeof(TimeSpan) ? TimeSpan.Parse(text, CultureInfo.InvariantCulture)
                : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
            property.SetValue(options, value);
        }
    }
}
