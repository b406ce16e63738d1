//! Everything else that talks to a server.

use super::{Group, Kind, Shape, Wait};

const SELENIUM: Group = Group::new(Kind::Call, Wait::Network, "selenium 4, webdriver/remote/webdriver.py");

pub(super) const GROUPS: &[Group] = &[
    Group {
        on: "selenium.webdriver.Remote()",
        names: "get find_element find_elements execute_script execute_async_script back forward refresh close quit \
                save_screenshot get_screenshot_as_file get_screenshot_as_png get_screenshot_as_base64 get_cookies \
                get_cookie add_cookie delete_all_cookies set_window_size maximize_window print_page",
        ..SELENIUM
    },
    Group {
        on: "selenium.webdriver.Remote()",
        names: "title current_url page_source window_handles current_window_handle",
        shape: Shape::Property,
        ..SELENIUM
    },
];
